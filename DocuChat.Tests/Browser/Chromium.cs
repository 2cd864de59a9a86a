using System.Diagnostics;
using DocuChat.Tests.Browser;
using DocuChat.Tests.Infrastructure;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace DocuChat.Tests.Browser;

/// <summary>The machine's Chromium, one for the run; it starts when the first test asks for it. Each test takes a context of its own.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> Started = new(StartAsync);

    public static async Task<IBrowser> GetAsync() => (await Started.Value).Browser;

    public async ValueTask DisposeAsync()
    {
        if (!Started.IsValueCreated || !Started.Value.IsCompletedSuccessfully)
            return;
        var (playwright, browser) = await Started.Value;
        await browser.CloseAsync();
        playwright.Dispose();
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        // Nothing is measured here: a busy machine may take its time.
        Assertions.SetDefaultExpectTimeout(30_000);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = await FindAsync(),
                Headless = true,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            }
        );
        return (playwright, browser);
    }

    private static async Task<string> FindAsync()
    {
        using var script = Process.Start(new ProcessStartInfo(Repository.PathTo("eng", "chromium.sh")) { RedirectStandardOutput = true })!;
        var path = (await script.StandardOutput.ReadToEndAsync()).Trim();
        await script.WaitForExitAsync();
        return script.ExitCode == 0 ? path : throw new InvalidOperationException("Chromium is missing: run make test, which installs what the tests need, or set DOCUCHAT_CHROMIUM to its path.");
    }
}
