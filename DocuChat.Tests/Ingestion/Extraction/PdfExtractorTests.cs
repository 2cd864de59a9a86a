using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class PdfExtractorTests
{
    [Fact]
    public void Extract_HeadingsAndParagraphs_AreTold()
    {
        var document = Extract.From(
            FileTypes.Pdf,
            Pdf((page, font) =>
            {
                page.AddText("Leave policy", 20, new PdfPoint(60, 760), font);
                page.AddText("Every employee has thirty days of paid leave in each year, and the rest of the", 11, new PdfPoint(60, 725), font);
                page.AddText("sentence stands on the exam-", 11, new PdfPoint(60, 711), font);
                page.AddText("ple line below.", 11, new PdfPoint(60, 697), font);
                page.AddText("Another paragraph.", 11, new PdfPoint(60, 660), font);
            })
        );
        Assert.Equal(
            [
                "Heading1: Leave policy",
                "Paragraph: Every employee has thirty days of paid leave in each year, and the rest of the sentence stands on the example line below.",
                "Paragraph: Another paragraph.",
            ],
            Extract.Blocks(document)
        );
    }

    [Fact]
    public void Extract_TwoColumns_AreReadOneAfterTheOther()
    {
        var document = Extract.From(
            FileTypes.Pdf,
            Pdf((page, font) =>
            {
                for (var line = 0; line < 6; line++)
                {
                    page.AddText($"the left column has line {line} here", 10, new PdfPoint(60, 700 - (12 * line)), font);
                    page.AddText($"the right column has line {line} too", 10, new PdfPoint(320, 700 - (12 * line)), font);
                }
            })
        );
        var places = Enumerable.Range(0, 6).Select(line => document.Text.IndexOf($"left column has line {line}", StringComparison.Ordinal))
            .Concat(Enumerable.Range(0, 6).Select(line => document.Text.IndexOf($"right column has line {line}", StringComparison.Ordinal)))
            .ToArray();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void Extract_EveryWord_HasItsBoxOnItsPage()
    {
        var document = Extract.From(
            FileTypes.Pdf,
            Pdf((page, font) => page.AddText("first page words", 12, new PdfPoint(100, 700), font), (page, font) => page.AddText("second one", 12, new PdfPoint(50, 300), font))
        );
        Assert.Equal(2, document.Pages.Count);
        Assert.Equal(["first", "page", "words"], document.Pages[0].Words.Select(box => document.Text[box.CharStart..box.CharEnd]));
        Assert.Equal(["second", "one"], document.Pages[1].Words.Select(box => document.Text[box.CharStart..box.CharEnd]));
        var second = document.Pages[1].Words[0];
        Assert.Equal(50, second.X, 1.0);
        // The origin is at the top left: the baseline lies at 842 − 300.
        Assert.InRange(542f, second.Y, second.Y + second.Height);
    }

    [Fact]
    public void Extract_Truncated_SaysSo()
    {
        var whole = Pdf((page, font) => page.AddText("some text", 12, new PdfPoint(100, 700), font));
        var exception = Assert.Throws<ExtractionException>(() => Extract.From(FileTypes.Pdf, whole[..(whole.Length / 3)]));
        Assert.Matches("damaged or incomplete|no text", exception.Message);
    }

    [Fact]
    public async Task Extract_PersianPrintedByChromium_GivesTheSourceBack()
    {
        Assert.SkipUnless(Chromium.IsInstalled, "Chromium is not installed.");
        string[] paragraphs =
        [
            "آیین‌نامه مرخصی کارکنان",
            "هر کارمند رسمی سالانه ۳۰ روز مرخصی دارد (مادهٔ ۴). لا اله الا الله. می‌توانید درخواست را به info@example.com بفرستید.",
            "نسخه Microsoft Word 2019 و قیمت ۱۲٬۵۰۰ تومان و نرخ 3.14 و تاریخ ۱۴۰۳/۰۲/۱۵ است؛ آیا می‌دانید؟ کتاب‌ها و خانه‌های «بزرگ» را ببینید.",
            "این یک بند طولانی است که باید در چند خط شکسته شود تا ببینیم ترتیب خط‌ها و واژه‌ها درست می‌ماند یا نه، و مسئولیت آن با مؤسسه است. قُرآنِ کریم و سؤال و جزء.",
        ];
        var html = $"<!doctype html><html lang=fa dir=rtl><meta charset=utf-8><body style='font-size:12pt'><h1>{paragraphs[0]}</h1>{string.Concat(paragraphs[1..].Select(text => $"<p>{text}</p>"))}";
        var pdf = await Chromium.PrintAsync(html, TestContext.Current.CancellationToken);
        var document = Extract.From(FileTypes.Pdf, pdf);
        Assert.Equal(string.Join("\n\n", paragraphs), document.Text);
        Assert.Equal(BlockKind.Heading, document.Blocks[0].Kind);
    }

    [Fact]
    public void Extract_PagesWithoutTextBesideOthers_AreTold()
    {
        var document = Extract.From(
            FileTypes.Pdf,
            Pdf(
                (page, font) => page.AddText("page with text", 12, new PdfPoint(100, 700), font),
                (_, _) => { },
                (page, _) => page.AddPng(Convert.FromBase64String(OnePixel), new PdfRectangle(0, 0, 500, 800)),
                (page, _) => page.AddPng(Convert.FromBase64String(OnePixel), new PdfRectangle(0, 0, 500, 800)),
                (page, _) => page.DrawRectangle(new PdfPoint(50, 50), 100, 100),
                (page, _) => page.AddPng(Convert.FromBase64String(OnePixel), new PdfRectangle(0, 0, 500, 800)),
                (page, font) => page.AddText("and more of it", 12, new PdfPoint(100, 700), font)
            )
        );
        Assert.Equal(
            [
                "Pages 3–4, 6 have no text: each is an image, and text recognition (Tesseract) is not installed here. Run it over the file and upload the result.",
                "Page 5 has no text: it is drawn without letters.",
            ],
            document.Notes
        );
        Assert.Equal(7, document.Pages.Count);
    }

    private const string OnePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static byte[] Pdf(params Action<PdfPageBuilder, PdfDocumentBuilder.AddedFont>[] pages)
    {
        var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        foreach (var write in pages)
            write(builder.AddPage(PageSize.A4), font);
        return builder.Build();
    }
}
