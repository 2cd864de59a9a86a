using DocuChat.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace DocuChat.Tests.Infrastructure;

/// <summary>
/// One PostgreSQL and one Redis a run. Each starts when the first test asks for it, so that a run without such tests starts neither, and
/// stops after the last test.
/// </summary>
public sealed class TestServers : IAsyncDisposable
{
    private static readonly Lazy<Task<TestCluster>> _postgres = new(() => TestCluster.StartAsync(CancellationToken.None));
    private static readonly Lazy<Task<RedisServer>> _redis = new(() => RedisServer.StartAsync(CancellationToken.None));

    internal static Task<TestCluster> PostgresAsync() => _postgres.Value;

    internal static Task<RedisServer> RedisAsync() => _redis.Value;

    /// <summary>A folder for one server's files, named so that nobody else's is met.</summary>
    internal static string NewFolder(string purpose) => Path.Combine(Path.GetTempPath(), $"docuchat-test-{purpose}-{Guid.CreateVersion7():n}");

    public async ValueTask DisposeAsync()
    {
        if (_postgres.IsValueCreated && _postgres.Value.IsCompletedSuccessfully)
            await (await _postgres.Value).DisposeAsync();
        if (_redis.IsValueCreated && _redis.Value.IsCompletedSuccessfully)
            await (await _redis.Value).DisposeAsync();
    }
}
