using System.Text.Json;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Sandbox.Zibal;

/// <summary>Merchants' own clients, from npm, pay and verify at the sandbox as they do at the gateway.</summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task PublicClients_PayAndVerify()
    {
        using var node = await NodeFolder.InstallAsync("Sandbox", "Zibal", "NodeClients");
        await using var sandbox = new SandboxServer();

        var output = await node.RunAsync(["--require", "./redirect.cjs", "pay.cjs"], ("GATEWAY", sandbox.Client.BaseAddress!.ToString()));

        using var answer = JsonDocument.Parse(output);
        var zibal = answer.RootElement.GetProperty("zibal");
        Assert.Equal((202, 100, 30_000, "order-1", 1), (zibal.GetProperty("before").GetInt32(), zibal.GetProperty("result").GetInt32(), zibal.GetProperty("amount").GetInt64(), zibal.GetProperty("orderId").GetString(), zibal.GetProperty("status").GetInt32()));
        Assert.True(zibal.GetProperty("trackId").GetInt64() > int.MaxValue);
        var monopay = answer.RootElement.GetProperty("monopay");
        Assert.Equal((100, 45_000, "order-2", "VerificationException"), (monopay.GetProperty("result").GetInt32(), monopay.GetProperty("amount").GetInt64(), monopay.GetProperty("orderId").GetString(), monopay.GetProperty("again").GetString()));
    }
}
