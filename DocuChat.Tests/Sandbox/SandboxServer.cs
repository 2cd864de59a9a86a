using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Sandbox.Embeddings;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Sandbox;

/// <summary>The sandbox on a port of its own, over real HTTP.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly Server _server = new();

    public SandboxServer()
    {
        _server.UseKestrel();
        _server.StartServer();
        // A payer's browser is not to follow the way back to a merchant that does not exist.
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _server.ClientOptions.BaseAddress };
    }

    public HttpClient Client { get; }

    public Uri V1 => new(Client.BaseAddress!, "/v1");

    /// <summary>Posts JSON and reads the JSON that comes back.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    // Any type of the sandbox's assembly names it; Program is no unique name among the services.
    private sealed class Server : WebApplicationFactory<SentenceEncoder>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseEnvironment("Testing").UseSetting("urls", "http://127.0.0.1:0").ConfigureLogging(logging => logging.ClearProviders());
    }
}
