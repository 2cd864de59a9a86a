using System.Globalization;
using System.Net;
using System.Text;
using DocuChat.Benchmarks.Quality;
using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;

namespace DocuChat.Benchmarks.Ingestion;

/// <summary>
/// Character error rate, reading order included, of Persian text that Chromium and LibreOffice printed: ours beside poppler, mupdf and PdfPig. The text is
/// compared after NFKC, without vowel and direction marks, with white space made even; half-spaces count. A program that is not installed is left out.
/// </summary>
internal static class PersianPdfBenchmark
{
    private const int PassagesOfAPage = 6;

    private static readonly (string Name, string Style)[] _layouts =
    [
        ("one column, sans", "font-family: 'DejaVu Sans'"),
        ("one column, default serif", "font-family: serif; text-align: justify"),
        ("two columns", "font-family: 'DejaVu Sans'; columns: 2; column-gap: 2em; font-size: 9pt"),
    ];

    private static readonly string[] _mixed =
    [
        "کارکنان می‌توانند تا ۳۰ روز مرخصی (مادهٔ ۴) بگیرند؛ پرسش‌ها را به hr@example.com بفرستید.",
        "نسخهٔ ۲٫۱ از Windows Server در سال ۲۰۲۵ با 128 GB حافظه نصب شد، و API آن /v1/chat است.",
        "لا اله الا الله؛ سلامت، لازم، کلاس‌ها و بالأخره مسئول و مؤسسه.",
    ];

    public static async Task<int> RunAsync(string data, CancellationToken cancellationToken)
    {
        var passages = Collection.Load(Path.Combine(data, "fa-pquad-test")).Documents;
        var folder = Directory.CreateTempSubdirectory("docuchat-cer-").FullName;
        try
        {
            Console.WriteLine("printed by | layout | characters | ours | pdftotext | mutool | PdfPig");
            for (var layout = 0; layout < _layouts.Length; layout++)
            {
                string[] paragraphs = [.. _mixed, .. passages.Skip(layout * PassagesOfAPage).Take(PassagesOfAPage).Select(passage => passage.Text)];
                var source = Path.Combine(folder, $"page{layout}.html");
                await File.WriteAllTextAsync(source, Page(paragraphs, _layouts[layout].Style), cancellationToken);
                foreach (var printer in new[] { Printer.Chromium, Printer.LibreOffice })
                {
                    if (await printer.PrintAsync(source, cancellationToken) is { } pdf)
                        Console.WriteLine($"{printer.Name} | {_layouts[layout].Name} | {await CompareAsync(Even(string.Join(' ', paragraphs)), pdf, cancellationToken)}");
                }
            }
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> CompareAsync(string expected, string pdf, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(pdf);
        string?[] texts =
        [
            Extractor.Extract(FileTypes.Pdf, content, new ExtractionLimits()).Text,
            await ProgramOutput.OfAsync("pdftotext", [pdf, "-"], cancellationToken),
            await ProgramOutput.OfAsync("mutool", ["draw", "-q", "-F", "txt", pdf], cancellationToken),
            PdfPigText(pdf),
        ];
        return $"{expected.Length} | {string.Join(" | ", texts.Select(text => text is null ? "not installed" : ErrorRate(expected, Even(text)).ToString("P2", CultureInfo.InvariantCulture)))}";
    }

    private static string PdfPigText(string pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return string.Join('\n', document.GetPages().Select(page => ContentOrderTextExtractor.GetText(page)));
    }

    private static string Page(IEnumerable<string> paragraphs, string style) =>
        $"<!DOCTYPE html><html lang='fa' dir='rtl'><head><meta charset='utf-8'><style>body {{ font-size: 11pt; {style} }}</style></head><body>{string.Concat(paragraphs.Select(text => $"<p>{WebUtility.HtmlEncode(text)}</p>"))}</body></html>";

    private static string Even(string text)
    {
        var even = new StringBuilder();
        foreach (var character in text.Normalize(NormalizationForm.FormKC))
        {
            var isMark = char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u00AD';
            if (isMark)
                continue;
            if (!char.IsWhiteSpace(character))
                even.Append(character);
            else if (even.Length > 0 && even[^1] != ' ')
                even.Append(' ');
        }
        return even.ToString().Trim();
    }

    /// <summary>Levenshtein's distance by the length of what was expected.</summary>
    private static double ErrorRate(string expected, string actual)
    {
        var (before, now) = (new int[actual.Length + 1], new int[actual.Length + 1]);
        for (var j = 0; j <= actual.Length; j++)
            before[j] = j;
        for (var i = 1; i <= expected.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= actual.Length; j++)
                now[j] = Math.Min(Math.Min(before[j], now[j - 1]) + 1, before[j - 1] + (expected[i - 1] == actual[j - 1] ? 0 : 1));
            (before, now) = (now, before);
        }
        return (double)before[actual.Length] / expected.Length;
    }
}
