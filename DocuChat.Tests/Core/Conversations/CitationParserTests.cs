using CsCheck;
using DocuChat.Core.Conversations.Citations;
using Xunit;

namespace DocuChat.Tests.Core.Conversations;

public sealed class CitationParserTests
{
    // A marker is shown as {numbers}, with the white space before it inside.
    [Theory]
    [InlineData("It is so [1].", "It is so{ 1}.")]
    [InlineData("It is so[1][2]", "It is so{1}{2}")]
    [InlineData("It is so [1, 3] and [2-4].", "It is so{ 1,3} and{ 2,3,4}.")]
    [InlineData("چنین است [۱].", "چنین است{ 1}.")]
    [InlineData("چنین است [۱۲، ٣].", "چنین است{ 12,3}.")]
    [InlineData("So 【1】 and 【2†source】.", "So{ 1} and{ 2}.")]
    [InlineData("A footnote[^2].", "A footnote{2}.")]
    [InlineData("Code `a[1]` and\n```\nb[2]\n```\nthen [3]", "Code `a[1]` and\n```\nb[2]\n```\nthen{ 3}")]
    [InlineData("A stray ` tick\nthen [3]", "A stray ` tick\nthen{ 3}")]
    [InlineData("A link [1](https://example.com)", "A link [1](https://example.com)")]
    [InlineData("- [ ] to do, [a], [0], [1234], [], [1", "- [ ] to do, [a], [0], [1234], [], [1")]
    [InlineData("[[1]]", "[{1}]")]
    [InlineData("[1】", "[1】")]
    public void Parse_Whole_FindsMarkers(string text, string expected) => Assert.Equal(expected, Parse([text]));

    [Fact]
    public void Parse_InAnyPieces_IsTheSameAsWhole()
    {
        var alphabet = OneOf("[", "]", "【", "】", "1", "۲", "٣", ",", "، ", " ", "`", "```", "\n", "a", "متن", "(", "†", "^", "-", ".");
        var texts = alphabet.List[0, 30];
        Gen.Select(texts, Gen.Int[1, 5])
            .Sample(
                (parts, size) =>
                {
                    var text = string.Concat(parts);
                    var pieces = Enumerable.Range(0, (text.Length + size - 1) / size).Select(i => text.Substring(i * size, Math.Min(size, text.Length - i * size)));
                    Assert.Equal(Parse([text]), Parse(pieces));
                }
            );
    }

    [Fact]
    public void Parse_NoMarkers_LosesNothing() =>
        Gen.Char["ab c`.\nپ۱2(*"].Array[0, 40].Select(chars => new string(chars)).Sample(text => Assert.Equal(text, Parse([text])));

    [Fact]
    public void Add_PartialMarker_IsHeldBack()
    {
        var parser = new CitationParser();
        Assert.Equal(["Yes"], parser.Add("Yes [1").Select(piece => piece.Text));
        Assert.Empty(parser.Add("]"));
        Assert.Equal([(" ", true), (".", false)], parser.Add(".").Select(piece => (piece.Text, piece.IsMarker)));
    }

    private static string Parse(IEnumerable<string> pieces)
    {
        var parser = new CitationParser();
        var all = pieces.SelectMany(parser.Add).ToList();
        all.AddRange(parser.End());
        return string.Concat(all.Select(piece => piece.IsMarker ? $"{{{piece.Text}{string.Join(',', piece.Numbers)}}}" : piece.Text));
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
