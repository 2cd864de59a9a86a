using System.Diagnostics;
using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;
using DocuChat.Ingestion.Extraction.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using UglyToad.PdfPig;

namespace DocuChat.Benchmarks.Ingestion;

/// <summary>Pages a second of PDF files: ours through a child process, PdfPig's letters alone in this process, and poppler's <c>pdftotext</c>, a process a file.</summary>
internal static class ExtractionBenchmark
{
    private const int Rounds = 3;

    public static async Task<int> RunAsync(string data, CancellationToken cancellationToken)
    {
        using var pool = new ExtractionPool(Options.Create(new ExtractionOptions()), TimeProvider.System, NullLogger<ExtractionPool>.Instance);
        Console.WriteLine("file | pages | ours, pages a second | PdfPig's letters | pdftotext");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(data, "docs", "pdf"), "*.pdf").Order(StringComparer.Ordinal))
        {
            int pages;
            try
            {
                pages = (await pool.ExtractAsync(FileTypes.Pdf, file, cancellationToken)).Pages.Count;
            }
            catch (ExtractionException)
            {
                continue;
            }
            var ours = await BestAsync(() => pool.ExtractAsync(FileTypes.Pdf, file, cancellationToken));
            var raw = await BestAsync(() => Task.Run(() => Letters(file), cancellationToken));
            var poppler = await BestAsync(() => ProgramOutput.OfAsync("pdftotext", [file, "-"], cancellationToken));
            Console.WriteLine($"{Path.GetFileName(file)} | {pages} | {pages / ours:F0} | {pages / raw:F0} | {pages / poppler:F0}");
        }
        return 0;
    }

    private static async Task<double> BestAsync(Func<Task> run)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await run();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        return best;
    }

    private static int Letters(string file)
    {
        using var pdf = PdfDocument.Open(file, new ParsingOptions { UseLenientParsing = true, SkipMissingFonts = true });
        return pdf.GetPages().Sum(page => page.Letters.Count);
    }
}
