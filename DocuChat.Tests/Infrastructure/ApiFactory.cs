using DocuChat.Api.Auth;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Infrastructure;

/// <summary>
/// DocuChat.Api over real HTTP (Kestrel on a random port, so that its own limits hold), with a database and a Redis of its own. Two wait
/// for each other only in what they share; make one for a test class, or one more for a test that needs other settings.
/// </summary>
public sealed class ApiFactory : IAsyncDisposable
{
    internal const string Secret = "a secret of the tests, at least 32 bytes long";

    private readonly Server _server;

    private ApiFactory(TestDatabase database, TestRedis redis, Server server)
    {
        Database = database;
        Redis = redis;
        _server = server;
        Address = new Uri(_server.ClientOptions.BaseAddress, "/");
    }

    public TestDatabase Database { get; }

    public TestRedis Redis { get; }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:54321/</c>.</summary>
    public Uri Address { get; }

    public IServiceProvider Services => _server.Services;

    /// <param name="settings">Configuration by key, added to and preferred over the defaults: <c>("OPENAI_BASE_URL", …)</c>.</param>
    /// <param name="services">Replaces services, such as the clock.</param>
    /// <param name="database">Shared with another factory or an ingestion worker; by default a new one.</param>
    /// <param name="redis">Shared with another factory; by default a new one.</param>
    public static async Task<ApiFactory> CreateAsync(
        IEnumerable<(string Key, string Value)>? settings = null,
        Action<IServiceCollection>? services = null,
        TestDatabase? database = null,
        TestRedis? redis = null
    )
    {
        database ??= await TestDatabase.CreateAsync();
        redis ??= await TestRedis.CreateAsync();
        var all = new Dictionary<string, string>
        {
            ["ConnectionStrings:docuchat"] = database.ConnectionString,
            ["ConnectionStrings:redis"] = redis.ConnectionString,
            ["JWT_SECRET"] = Secret,
            // Nobody listens there: a test that needs models names its own stand-in.
            ["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1",
            ["OPENAI_API_KEY"] = "test",
        };
        // Tests call as fast as they can; those of the limits set their own.
        foreach (var limit in (string[])["Questions:User", "Questions:Tenant", "Uploads:User", "Uploads:Tenant", "SignIns:Address"])
            (all[$"RateLimits:{limit}:PerMinute"], all[$"RateLimits:{limit}:Burst"]) = ("1000000", "1000000");
        foreach (var (key, value) in settings ?? [])
            all[key] = value;

        var server = new Server(all, services);
        server.UseKestrel();
        server.StartServer();
        return new ApiFactory(database, redis, server);
    }

    /// <summary>A client of the Api; its relative addresses start at the root.</summary>
    public HttpClient CreateClient() => new() { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Database.DisposeAsync();
    }

    // Any type of the Api's assembly names it; Program is no unique name among the services.
    private sealed class Server(IReadOnlyDictionary<string, string> settings, Action<IServiceCollection>? services) : WebApplicationFactory<SigningKeys>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            // The factory would set a port too late: now and then the program has started by then.
            builder.UseSetting("urls", "http://127.0.0.1:0");
            builder.UseEnvironment("Testing");
            // A failing test shows what it asserted; the service's own log would bury that.
            builder.ConfigureLogging(logging => logging.ClearProviders());
            foreach (var (key, value) in settings)
                builder.UseSetting(key, value);
            if (services is not null)
                builder.ConfigureTestServices(services);
        }
    }
}
