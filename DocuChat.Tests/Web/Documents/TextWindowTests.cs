using CsCheck;
using DocuChat.Web.Documents;

namespace DocuChat.Tests.Web.Documents;

public sealed class TextWindowTests
{
    [Fact]
    public void Around_ShortText_ShowsAllAndMarksTheRange()
    {
        var window = TextWindow.Around("one two\n\nthree four\nfive", 4, 14);

        Assert.Equal([new TextParagraph("one ", "two", ""), new TextParagraph("", "three", " four"), new TextParagraph("five", "", "")], window.Paragraphs);
        Assert.False(window.HasBefore || window.HasAfter);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-5, 400)]
    [InlineData(90, 20)]
    public void Around_RangeThatIsNone_StillShowsTheText(int from, int to) =>
        Assert.Equal("some text", string.Concat(TextWindow.Around("some text", from, to).Paragraphs.Select(paragraph => paragraph.Before + paragraph.Cited + paragraph.After)));

    [Fact]
    public void Around_LongText_CutsAtParagraphsAndHasTheRange()
    {
        var text = string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"paragraph {i} with some words"));
        var from = text.IndexOf("paragraph 1500 ", StringComparison.Ordinal);

        var window = TextWindow.Around(text, from, from + 14);

        Assert.Contains(window.Paragraphs, paragraph => paragraph.Cited == "paragraph 1500");
        Assert.All(window.Paragraphs, paragraph => Assert.StartsWith("paragraph ", paragraph.Before + paragraph.Cited, StringComparison.Ordinal));
        Assert.True(window is { HasBefore: true, HasAfter: true });
        Assert.InRange(window.End - window.Start, 1, TextWindow.Size + 100);
    }

    [Fact]
    public void After_FromTheBeginningOn_ReadsEveryLetterOnceAndEnds() =>
        Gen.Char["ab \n😀"].Array[0, 60_000].Select(letters => new string(letters)).Sample(
            text =>
            {
                var read = 0;
                var window = TextWindow.At(text, 0, 0, 0);
                while (true)
                {
                    Assert.Equal(read, window.Start);
                    read = window.End;
                    if (!window.HasAfter)
                        break;
                    window = window.After(text, 0, 0);
                }
                Assert.Equal(text.Length, read);
            },
            iter: 50
        );

    [Fact]
    public void Before_LeadsBackToTheBeginning()
    {
        var text = string.Join('\n', Enumerable.Repeat(new string('x', 500), 200));
        var window = TextWindow.At(text, text.Length - 10, 0, 0);

        for (var i = 0; window.HasBefore && i < 20; i++)
            window = window.Before(text, 0, 0);

        Assert.Equal(0, window.Start);
    }
}
