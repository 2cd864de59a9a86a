using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class TextFormatsTests
{
    [Fact]
    public void Markdown_KeepsStructureAndDropsMarks()
    {
        var document = Extract.From(
            FileTypes.Markdown,
            """
            ---
            author: nobody
            ---
            # Leave *policy*

            Thirty days, see [the portal](https://example.com/a).
            Of these, `nine` carry over.

            ## Steps

            1. Ask
            2. Wait

            | Grade | Days |
            |-------|------|
            | A     | 30   |

                code  stays
            """
        );
        Assert.Equal(
            [
                "Heading1: Leave policy",
                "Paragraph: Thirty days, see the portal. Of these, nine carry over.",
                "Heading2: Steps",
                "ListItem: Ask",
                "ListItem: Wait",
                "TableRow: Grade | Days",
                "TableRow: Grade: A | Days: 30",
                "Code: code  stays",
            ],
            Extract.Blocks(document)
        );
    }

    [Fact]
    public void Html_TakesWhatIsReadAndLeavesOutTheRest()
    {
        var document = Extract.From(
            FileTypes.Html,
            """
            <html><head><title>t</title><style>p{}</style></head><body><nav>Home</nav>
            <h1>راهنما</h1><div>Loose text <b>in bold</b><p>A paragraph<br>of two lines</p>after it</div>
            <ul><li>one</li><li>two <ul><li>inner</li></ul></li></ul>
            <script>alert(1)</script><p hidden>secret</p><p style="display: none">secret too</p>
            <table><tr><th>Name</th><th>Days</th></tr><tr><td>Sara</td><td>30</td></tr></table>
            <pre>a
              b</pre></body></html>
            """
        );
        Assert.Equal(
            [
                "Heading1: راهنما",
                "Paragraph: Loose text in bold",
                "Paragraph: A paragraph of two lines",
                "Paragraph: after it",
                "ListItem: one",
                "ListItem: two",
                "ListItem: inner",
                "TableRow: Name | Days",
                "TableRow: Name: Sara | Days: 30",
                "Code: a\n  b",
            ],
            Extract.Blocks(document)
        );
    }

    [Fact]
    public void Html_InPersianWithoutStatedEncoding_IsReadAsUtf8() =>
        Assert.Equal("مرخصی سالانه", Extract.From(FileTypes.Html, "<p>مرخصی سالانه</p>").Text);

    [Theory]
    [InlineData("Name,Days\r\nSara,30\r\n\"Jafari, Ali\",\"says \"\"26\"\"\"\r\n")]
    [InlineData("Name;Days\nSara;30\n\"Jafari, Ali\";\"says \"\"26\"\"\"")]
    [InlineData("Name\tDays\nSara\t30\nJafari, Ali\t\"says \"\"26\"\"\"\n")]
    public void Csv_WritesEachRowWithTheNamesOfItsColumns(string csv) =>
        Assert.Equal(
            ["TableRow: Name | Days", "TableRow: Name: Sara | Days: 30", "TableRow: Name: Jafari, Ali | Days: says \"26\""],
            Extract.Blocks(Extract.From(FileTypes.Csv, csv))
        );

    [Fact]
    public void PlainText_PartsParagraphsAtBlankLinesAndKeepsLines()
    {
        var document = Extract.From(FileTypes.PlainText, "\n\nfirst line\r\n  second line  \r\n \t\r\nnext\u0000one\n");
        Assert.Equal(["Paragraph: first line\n  second line", "Paragraph: nextone"], Extract.Blocks(document));
    }

    [Theory]
    [InlineData(FileTypes.PlainText, " \n\t ")]
    [InlineData(FileTypes.Html, "<p></p><img src='x'>")]
    [InlineData(FileTypes.Markdown, "---\n\n***")]
    public void AnyFormat_WithoutText_IsRefusedForThatReason(string type, string content)
    {
        var exception = Assert.Throws<ExtractionException>(() => Extract.From(type, content));
        Assert.Contains("no text", exception.Message, StringComparison.Ordinal);
    }
}
