using DocuChat.Web.Layout;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Web;

/// <summary>DocuChat.Web on a random port. Two of them with the same Redis are two replicas.</summary>
public sealed class WebFactory : IAsyncDisposable
{
    private readonly Server _server;

    private WebFactory(Server server) => _server = server;

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Address => _server.ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority);

    /// <summary>Its services; take a scope for scoped ones.</summary>
    public IServiceProvider Services => _server.Services;

    public static WebFactory Start(string redis, Uri api)
    {
        var server = new Server(new Dictionary<string, string> { ["ConnectionStrings:redis"] = redis, ["Api:Url"] = api.ToString() });
        server.UseKestrel();
        server.StartServer();
        return new WebFactory(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Server(IReadOnlyDictionary<string, string> settings) : WebApplicationFactory<App>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            // The factory would set a port too late: now and then the program has started by then.
            builder.UseSetting("urls", "http://127.0.0.1:0");
            builder.UseEnvironment("Testing");
            builder.ConfigureLogging(logging => logging.ClearProviders());
            foreach (var (key, value) in settings)
                builder.UseSetting(key, value);
        }
    }
}
