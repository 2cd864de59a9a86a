using System.Diagnostics;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Ingestion.Extraction;

/// <summary>Prints pages to PDF.</summary>
internal static class Chromium
{
    private static readonly string? _path = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" }.FirstOrDefault(File.Exists);

    public static bool IsInstalled => _path is not null;

    public static async Task<byte[]> PrintAsync(string html, CancellationToken cancellationToken)
    {
        var folder = TestServers.NewFolder("print");
        Directory.CreateDirectory(folder);
        try
        {
            var (source, target) = (Path.Combine(folder, "page.html"), Path.Combine(folder, "page.pdf"));
            await File.WriteAllTextAsync(source, html, cancellationToken);
            string[] arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                $"--user-data-dir={Path.Combine(folder, "profile")}", "--no-pdf-header-footer", $"--print-to-pdf={target}", source,
            ];
            using var process = Process.Start(new ProcessStartInfo(_path!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.True(File.Exists(target), await output);
            return await File.ReadAllBytesAsync(target, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
