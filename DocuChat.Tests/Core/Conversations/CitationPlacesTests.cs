using DocuChat.Core.Conversations;
using DocuChat.Core.Conversations.Citations;
using DocuChat.Core.Documents;
using DocuChat.Core.Retrieval;
using DocuChat.Tests.Ingestion.Extraction;
using DocuChat.Web.Documents;

namespace DocuChat.Tests.Core.Conversations;

/// <summary>
/// From a PDF to the boxes of a quote: whatever its letters are made of, the range counts UTF-16 code units of the stored text, the same for the Api, the mark in the Web and the boxes, and the
/// boxes lie where the quote's glyphs are drawn.
/// </summary>
public sealed class CitationPlacesTests
{
    private const double Left = 60;

    [Theory]
    [InlineData("Plain words", "The budget of the office is small.")]
    [InlineData("Emoji 😀 and 👩‍🔬 first", "The 🚀 launch budget is large.")]
    [InlineData("Letters 𝒜𝒷𝓬 and 𐎠𐎡", "The 𝐛𝐮𝐝𝐠𝐞𝐭 of the 𝑜𝑓𝑓𝑖𝑐𝑒 is small.")]
    public void Cite_LettersOfTwoUnits_QuoteAndBoxesAreTheirs(string before, string quote)
    {
        var document = Read(new DrawnPdf().Page((Left, 100, DrawnPdf.Letters(before + ".")), (Left, 140, DrawnPdf.Letters(quote + " More."))));

        var cited = Cite(document, quote);

        Assert.Equal(quote, cited.Quote);
        AssertBoxes(cited, (1, Left, 140, DrawnPdf.Letters(quote).Length));
    }

    [Fact]
    public void Cite_Ligatures_AreQuotedAsTheyAreWrittenAndBoxedAsTheyAreDrawn()
    {
        string[] line = ["T", "h", "e", " ", "ﬁ", "n", "a", "l", " ", "o", "ﬃ", "c", "e", " ", "w", "o", "r", "k", "ﬂ", "o", "w", ".", " ", "E", "n", "d", "."];
        var document = Read(new DrawnPdf().Page((Left, 100, line)));

        var cited = Cite(document, "The final office workflow");

        Assert.Equal("The final office workflow.", cited.Quote);
        AssertBoxes(cited, (1, Left, 100, 22));
    }

    [Fact]
    public void Cite_ArabicPresentationForms_AndHalfSpace_AreQuotedInReadingOrder()
    {
        // "می‌شود سلام" in the forms that are drawn, from the left to the right; the half-space is a drawn space within a word, without width.
        string[] line = ["\uFEE1", "\uFEFC", "\uFEB3", " ", "\uFEA9", "\uFEEE", "\uFEB7", "\uFBFD", "\uFEE3"];
        var document = Read(new DrawnPdf().Page((Left, 100, line)));

        Assert.Equal("می\u200Cشود سلام", document.Text);
        var cited = Cite(document, "مي شود سلام");

        Assert.Equal("می\u200Cشود سلام", cited.Quote);
        AssertBoxes(cited, (1, Left, 100, line.Length));
    }

    [Fact]
    public void Cite_HalfOfALine_BoxesOnlyItsWords()
    {
        string[] line = ["\uFEE1", "\uFEFC", "\uFEB3", " ", "\uFEA9", "\uFEEE", "\uFEB7", "\uFBFD", "\uFEE3"];
        var document = Read(new DrawnPdf().Page((Left, 100, line)));
        var page = document.Pages[0];

        var first = CitationBoxes.Of(1, WordBoxes.Within(WordBoxes.Pack(page.Words), 0, "می\u200Cشود".Length));

        AssertBoxes([.. first], (1, Left + 4 * DrawnPdf.Advance, 100, 5));
    }

    [Fact]
    public void Cite_HyphenatedAtTheLinesEnd_IsOneWordWithABoxOnEitherLine()
    {
        var document = Read(
            new DrawnPdf().Page((Left, 100, DrawnPdf.Letters("This line says what stands on the exam-")), (Left, 114, DrawnPdf.Letters("ple line. It is not the last of them here")))
        );

        Assert.StartsWith("This line says what stands on the example line.", document.Text, StringComparison.Ordinal);
        var cited = Cite(document, "what stands on the example line");
        Assert.Equal("what stands on the example line.", cited.Quote);
        AssertBoxes(cited, (1, Left + 15 * DrawnPdf.Advance, 100, 24), (1, Left, 114, 9));
        // Each part says its own letters, and no letter is said twice.
        Assert.Equal(["exam", "ple"], document.Pages[0].Words.Where(word => word.CharStart < document.Text.IndexOf(" line.", StringComparison.Ordinal)).TakeLast(2).Select(word => document.Text[word.CharStart..word.CharEnd]));
    }

    [Fact]
    public void Cite_OverTwoLinesAndTwoPages_HasABoxALineAndNamesThePageOfEach()
    {
        var document = Read(
            new DrawnPdf()
                .Page((Left, 100, DrawnPdf.Letters("A first sentence. Every employee of the company may")), (Left, 114, DrawnPdf.Letters("take thirty 🏖 days of paid leave in each full year of")))
                .Page((Left, 100, DrawnPdf.Letters("their work. Another sentence.")))
        );

        var cited = Cite(document, "Every employee of the company may take thirty 🏖 days of paid leave in each full year of their work.");

        Assert.Equal("Every employee of the company may take thirty 🏖 days of paid leave in each full year of\ntheir work.", cited.Quote);
        Assert.Equal(1, cited.Page);
        AssertBoxes(cited, (1, Left + 18 * DrawnPdf.Advance, 100, 33), (1, Left, 114, 53), (2, Left, 100, 11));
    }

    private static DocuChat.Ingestion.Extraction.ExtractedDocument Read(DrawnPdf pdf) => Extract.From(FileTypes.Pdf, pdf.Build());

    /// <summary>Cites from the document's one passage, which begins after its first letter, and holds the range against the stored text and the Web's mark.</summary>
    private static AnswerCitation Cite(DocuChat.Ingestion.Extraction.ExtractedDocument document, string sentence)
    {
        var (id, start) = (Guid.CreateVersion7(), document.Text.Length > 60 ? 2 : 0);
        var text = document.Text[start..];
        var pages = document.Pages.Select(page => new StoredPage(id, 1, page.Number, page.Start, page.End, WordBoxes.Pack(page.Words))).ToList();
        var cited = new StoredPassage(new Passage(1, id, "drawn.pdf", 1, 1, null, text, start, document.Text.Length, 0), text, pages).Cite(1, sentence);
        Assert.NotNull(cited);
        Assert.Equal(cited.Quote, document.Text[cited.CharStart..cited.CharEnd]);
        Assert.Equal(cited.Quote, Excerpt.Around(document.Text, cited.CharStart, cited.CharEnd)?.Cited);
        Assert.Equal(cited.Quote, string.Join('\n', TextWindow.Around(document.Text, cited.CharStart, cited.CharEnd).Paragraphs.Select(paragraph => paragraph.Cited).Where(part => part.Length > 0)));
        return cited;
    }

    private static void AssertBoxes(AnswerCitation cited, params (int Page, double X, double Baseline, int Glyphs)[] lines) => AssertBoxes(cited.Boxes, lines);

    private static void AssertBoxes(IReadOnlyList<CitationBox>? boxes, params (int Page, double X, double Baseline, int Glyphs)[] lines)
    {
        Assert.NotNull(boxes);
        Assert.Equal(lines.Select(line => (line.Page, line.X, line.Glyphs * DrawnPdf.Advance)), boxes.Select(box => (box.Page, (double)box.X, (double)box.Width)));
        Assert.All(lines.Zip(boxes), pair => Assert.InRange(pair.First.Baseline, (double)pair.Second.Y, (double)(pair.Second.Y + pair.Second.Height)));
    }
}
