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

/// <summary>The run's Redis.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int Databases = 1024;

    private readonly int _port = Ports.Free();
    private ServerProcess? _server;
    private int _used = -1;

    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken)
    {
        var redis = new RedisServer();
        var folder = TestServers.NewFolder("redis");
        redis._server = await ServerProcess.StartAsync(
            folder,
            "redis.sh",
            [folder, redis._port.ToString(CultureInfo.InvariantCulture), "--databases", Databases.ToString(CultureInfo.InvariantCulture), "--appendonly", "no"],
            new Dictionary<string, string>(),
            redis.ConnectAsync,
            cancellationToken
        );
        return redis;
    }

    /// <summary>The connection string of an unused database.</summary>
    public string NextDatabase()
    {
        var number = Interlocked.Increment(ref _used);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Databases);
        return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port},defaultDatabase={number}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _port, cancellationToken);
    }
}
