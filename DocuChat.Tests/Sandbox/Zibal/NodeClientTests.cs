using System.Diagnostics;
using System.Text.Json;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Sandbox.Zibal;

/// <summary>Merchants' own clients, from npm, pay and verify at the sandbox as they do at the gateway.</summary>
public sealed class NodeClientTests : IAsyncLifetime
{
    private static readonly string[] Files = ["package.json", "redirect.cjs", "pay.cjs"];

    private readonly string _folder = TestServers.NewFolder("node");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        foreach (var file in Files)
            File.Copy(Repository.PathTo("DocuChat.Tests", "Sandbox", "Zibal", "NodeClients", file), Path.Combine(_folder, file));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task PublicClients_PayAndVerify()
    {
        Assert.SkipUnless(await InstalledAsync(), "npm is missing, or cannot get the clients.");
        await using var sandbox = new SandboxServer();

        var (code, output, error) = await RunAsync("node", ["--require", "./redirect.cjs", "pay.cjs"], sandbox.Client.BaseAddress!.ToString());

        Assert.True(code == 0, error);
        using var answer = JsonDocument.Parse(output);
        var zibal = answer.RootElement.GetProperty("zibal");
        Assert.Equal((202, 100, 30_000, "order-1", 1), (zibal.GetProperty("before").GetInt32(), zibal.GetProperty("result").GetInt32(), zibal.GetProperty("amount").GetInt64(), zibal.GetProperty("orderId").GetString(), zibal.GetProperty("status").GetInt32()));
        Assert.True(zibal.GetProperty("trackId").GetInt64() > int.MaxValue);
        var monopay = answer.RootElement.GetProperty("monopay");
        Assert.Equal((100, 45_000, "order-2", "VerificationException"), (monopay.GetProperty("result").GetInt32(), monopay.GetProperty("amount").GetInt64(), monopay.GetProperty("orderId").GetString(), monopay.GetProperty("again").GetString()));
    }

    private async Task<bool> InstalledAsync()
    {
        try
        {
            return (await RunAsync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"], null)).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string program, IEnumerable<string> arguments, string? gateway)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (gateway is not null)
            start.Environment["GATEWAY"] = gateway;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, await output, await error);
    }
}
