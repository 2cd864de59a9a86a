using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Tests.Infrastructure;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace DocuChat.Tests.Api.Mcp;

/// <summary>The protocol's official client, with an API key.</summary>
public sealed class McpApiTests
{
    private const string Passage = "Employees may take thirty days of paid leave a year.";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheirClient_ListsSearchesAndAsks()
    {
        await using var models = await ModelServer.StartAsync();
        models.Expect("gpt-4o", Reply.Text("Thirty days of paid leave a year [1]."));
        await using var api = await ApiFactory.CreateAsync(models.Settings());
        using var user = await ApiUser.RegisterAsync(api);
        using var other = await ApiUser.RegisterAsync(api);
        await user.StoreAsync("leave.txt", Passage);
        await other.StoreAsync("secret.txt", "Another tenant's paid leave is nobody's business.");
        using var made = await user.Client.PostAsJsonAsync("api-keys", new { name = "an agent" }, Stop);
        var key = (await made.JsonAsync()).GetProperty("key").GetString();

        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(api.Address, "mcp"), TransportMode = HttpTransportMode.StreamableHttp, AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" } }),
            cancellationToken: Stop
        );

        Assert.Equal(["ask_documents", "list_documents", "search_documents"], (await client.ListToolsAsync(cancellationToken: Stop)).Select(tool => tool.Name).Order());
        var documents = await CallAsync(client, "list_documents", []);
        Assert.Equal("leave.txt", Assert.Single(documents.EnumerateArray()).GetProperty("name").GetString());
        var passages = await CallAsync(client, "search_documents", new() { ["query"] = "paid leave" });
        Assert.Equal(Passage, Assert.Single(passages.EnumerateArray()).GetProperty("text").GetString());
        var answer = await CallAsync(client, "ask_documents", new() { ["question"] = "How many days of paid leave are there?" });
        Assert.Equal("Thirty days of paid leave a year [1].", answer.GetProperty("answer").GetString());
        Assert.Equal("thirty days of paid leave a year.", Assert.Single(answer.GetProperty("citations").EnumerateArray()).GetProperty("quote").GetString());

        var refused = await client.CallToolAsync("ask_documents", new Dictionary<string, object?> { ["question"] = " " }, cancellationToken: Stop);
        Assert.True(refused.IsError);
        Assert.EndsWith("There is no question.", Assert.IsType<TextContentBlock>(Assert.Single(refused.Content)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithoutAKey_IsRefused()
    {
        await using var api = await ApiFactory.CreateAsync();
        using var client = api.CreateClient();
        using var response = await client.PostJsonAsync("mcp", new { jsonrpc = "2.0", id = 1, method = "tools/list" });
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        var result = await client.CallToolAsync(tool, arguments, cancellationToken: Stop);
        var text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.True(result.IsError is not true, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
