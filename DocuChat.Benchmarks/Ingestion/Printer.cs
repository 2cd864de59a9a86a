namespace DocuChat.Benchmarks.Ingestion;

/// <summary>A program that prints a page of HTML to a PDF beside it.</summary>
internal sealed record Printer(string Name, IReadOnlyList<string> Programs, Func<string, string, string[]> Arguments)
{
    public static Printer Chromium { get; } =
        new(
            "Chromium",
            ["chromium", "chromium-browser", "google-chrome"],
            (source, target) => ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", $"--user-data-dir={source}.profile", "--no-pdf-header-footer", $"--print-to-pdf={target}", source]
        );

    public static Printer LibreOffice { get; } =
        new("LibreOffice", ["soffice", "libreoffice"], (source, target) => ["--headless", $"-env:UserInstallation=file://{source}.office", "--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export", "--outdir", Path.GetDirectoryName(target)!, source]);

    /// <returns>The PDF, or null when no such program is installed.</returns>
    public async Task<string?> PrintAsync(string source, CancellationToken cancellationToken)
    {
        var target = Path.ChangeExtension(source, ".pdf");
        File.Delete(target);
        foreach (var program in Programs)
        {
            if (await ProgramOutput.OfAsync(program, Arguments(source, target), cancellationToken) is not null)
                return File.Exists(target) ? target : throw new InvalidOperationException($"{program} printed nothing.");
        }
        return null;
    }
}
