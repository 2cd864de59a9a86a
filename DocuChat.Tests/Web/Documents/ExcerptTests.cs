using CsCheck;
using DocuChat.Web.Documents;

namespace DocuChat.Tests.Web.Documents;

public sealed class ExcerptTests
{
    [Fact]
    public void Around_ShortText_ShowsAllOfIt() => Assert.Equal(new TextParagraph("one ", "two", " three"), Excerpt.Around("one two three", 4, 7));

    [Fact]
    public void Around_LongText_IsCutBetweenWords()
    {
        var text = string.Join(' ', Enumerable.Range(1000, 1000));
        var from = text.IndexOf("1500", StringComparison.Ordinal);

        var excerpt = Excerpt.Around(text, from, from + 4)!;

        Assert.Matches(@"^… 1\d\d\d .* 1499 $", excerpt.Before);
        Assert.Equal("1500", excerpt.Cited);
        Assert.Matches(@"^ 1501 .* 1\d\d\d …$", excerpt.After);
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, 3)]
    [InlineData(5, 2)]
    [InlineData(2, 99)]
    public void Around_NoSuchRange_IsNone(int from, int to) => Assert.Null(Excerpt.Around("some text", from, to));

    [Fact]
    public void Around_AnyRange_HoldsItWhole() =>
        Gen.Select(Gen.Char["ab \n"].Array[1, 2000].Select(letters => new string(letters)), Gen.Int[0, 1999], Gen.Int[1, 300])
            .Where((text, from, length) => from + length <= text.Length)
            .Sample((text, from, length) => Excerpt.Around(text, from, from + length)!.Cited == text.Substring(from, length));
}
