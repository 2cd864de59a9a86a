using System.Globalization;
using System.Net;
using System.Net.Sockets;

using DocuChat.AppHost;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.AppHost;

/// <summary>What stops the start says so in one line, with the key and the mend.</summary>
public sealed class StartFailureTests
{
    [Fact]
    public async Task Start_OnATakenPort_NamesItAndTheKey()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var said = await RunAsync($"--DOCUCHAT_API_PORT={port}");

        Assert.Equal($"docuchat: Port {port}, wanted for api, is taken: stop what listens there, or set DOCUCHAT_API_PORT to another port.", said);
    }

    [Theory]
    [InlineData("--DOCUCHAT_WEB_PORT=many", "docuchat: DOCUCHAT_WEB_PORT is 'many': give it a port number, 1 to 65535.")]
    [InlineData("--DOCUCHAT_INFRASTRUCTURE=cloud", "docuchat: DOCUCHAT_INFRASTRUCTURE is 'cloud': make it containers or native, or unset it.")]
    public async Task Start_WithAWrongSetting_NamesTheKey(string argument, string expected) => Assert.Equal(expected, await RunAsync(argument));

    [Fact]
    public void Explain_AnUnhandledException_IsItsMessage() =>
        Assert.Equal(
            "No database is configured: set DATABASE_URL.",
            StartFailure.Explain(
                [
                    "2026-11-24T23:44:50.3430000Z fail: Microsoft.Extensions.Hosting.Internal.Host[11]",
                    "2026-11-24T23:44:53.2060000Z Unhandled exception. System.InvalidOperationException: No database is configured: set DATABASE_URL.",
                    "2026-11-24T23:44:53.2060000Z    at Program.<Main>$(String[] args)",
                ]
            )
        );

    [Fact]
    public void Explain_AProgramThatOnlySpeaks_IsItsLastLinesWithoutStackFrames() =>
        Assert.EndsWith("prometheus is missing", StartFailure.Explain(["prometheus is missing", "2026-11-24T23:44:53.2060000Z    at Somewhere()"]), StringComparison.Ordinal);

    /// <summary>Runs the AppHost's program, which ends at once, and returns what it said.</summary>
    private static async Task<string> RunAsync(string argument)
    {
        var state = TestServers.NewFolder("failure");
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Repository.PathTo("DocuChat.AppHost", "bin", output.Parent!.Name, output.Name, "DocuChat.AppHost.dll");
        var start = new System.Diagnostics.ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        // A repeated key's last value counts.
        foreach (var part in (string[])[program, "--DOCUCHAT_INFRASTRUCTURE=native", "--DOCUCHAT_PORTS=random", $"--DOCUCHAT_STATE={state}", argument])
            start.ArgumentList.Add(part);
        using var process = System.Diagnostics.Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (Directory.Exists(state))
            Directory.Delete(state, recursive: true);
        Assert.Equal(1, process.ExitCode);
        return error.Trim();
    }
}
