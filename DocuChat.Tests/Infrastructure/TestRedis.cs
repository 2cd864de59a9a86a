using System.Globalization;
using System.Net.Sockets;

namespace DocuChat.Tests.Infrastructure;

/// <summary>A Redis database that nobody else uses: <c>await TestRedis.CreateAsync()</c>, or as <c>IClassFixture&lt;TestRedis&gt;</c> one for a test class.</summary>
public sealed class TestRedis : IAsyncLifetime
{
    /// <summary>For StackExchange.Redis: <c>127.0.0.1:port,defaultDatabase=n</c>.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<TestRedis> CreateAsync()
    {
        var redis = new TestRedis();
        await redis.InitializeAsync();
        return redis;
    }

    public async ValueTask InitializeAsync() => ConnectionString = (await TestServers.RedisAsync()).NextDatabase();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A Redis: the run's, or a test's own that it takes away and brings back.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int Databases = 1024;

    private readonly int _port = Ports.Free();
    private ServerProcess? _server;
    private int _used = -1;

    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken)
    {
        var redis = new RedisServer();
        await redis.ComeAsync(cancellationToken);
        return redis;
    }

    /// <summary>Starts at the same address as ever, and knows nothing.</summary>
    public async Task ComeAsync(CancellationToken cancellationToken)
    {
        var folder = TestServers.NewFolder("redis");
        _server = await ServerProcess.StartAsync(
            folder,
            "redis.sh",
            [folder, _port.ToString(CultureInfo.InvariantCulture), "--databases", Databases.ToString(CultureInfo.InvariantCulture), "--appendonly", "no"],
            new Dictionary<string, string>(),
            ConnectAsync,
            cancellationToken
        );
    }

    /// <summary>Ends, with all that it knew.</summary>
    public async Task GoAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>The connection string of an unused database.</summary>
    public string NextDatabase()
    {
        var number = Interlocked.Increment(ref _used);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Databases);
        return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port},defaultDatabase={number}");
    }

    public async ValueTask DisposeAsync() => await GoAsync();

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _port, cancellationToken);
    }
}
