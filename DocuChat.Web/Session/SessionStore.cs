using System.Security.Cryptography;
using System.Text.Json;
using DocuChat.Web.Api;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace DocuChat.Web.Session;

/// <summary>Sessions in Redis, encrypted with the keys that all replicas share. A lock a session serves <see cref="AccessTokens"/>.</summary>
internal sealed class SessionStore(IConnectionMultiplexer redis, IDataProtectionProvider protection)
{
    /// <summary>A session nobody used for so long is gone; each renewal of its tokens starts the time anew.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private readonly IDataProtector _protector = protection.CreateProtector("DocuChat.Web.Session", "v1");

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public async Task<WebSession?> FindAsync(string id, CancellationToken ct)
    {
        var value = (byte[]?)await ReachAsync(database => database.StringGetAsync(Key(id)), ct);
        try
        {
            return value is null ? null : JsonSerializer.Deserialize<WebSession>(_protector.Unprotect(value));
        }
        catch (CryptographicException)
        {
            // Written under keys that are gone: the same as signed out.
            return null;
        }
    }

    public Task SaveAsync(string id, WebSession session, CancellationToken ct) =>
        ReachAsync(database => database.StringSetAsync(Key(id), _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(session)), Lifetime), ct);

    /// <summary>Replaces a session that still exists: a renewal must not bring back one that was signed out meanwhile.</summary>
    public Task ReplaceAsync(string id, WebSession session, CancellationToken ct) =>
        ReachAsync(
            database => database.StringSetAsync(Key(id), _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(session)), Lifetime, When.Exists),
            ct
        );

    public Task DeleteAsync(string id, CancellationToken ct) => ReachAsync(database => database.KeyDeleteAsync(Key(id)), ct);

    /// <summary>Takes the session's lock for at most <paramref name="lease"/>; null when another holds it.</summary>
    public async Task<IAsyncDisposable?> TryLockAsync(string id, TimeSpan lease, CancellationToken ct)
    {
        RedisValue owner = RandomNumberGenerator.GetHexString(16);
        return await ReachAsync(database => database.LockTakeAsync(LockKey(id), owner, lease), ct) ? new Lock(redis.GetDatabase(), LockKey(id), owner) : null;
    }

    private static RedisKey Key(string id) => $"docuchat:web:session:{id}";

    private static RedisKey LockKey(string id) => $"docuchat:web:session:{id}:lock";

    private async Task<T> ReachAsync<T>(Func<IDatabase, Task<T>> command, CancellationToken ct)
    {
        try
        {
            return await command(redis.GetDatabase()).WaitAsync(ct);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw new ApiUnavailableException("Redis, which holds the sign-ins, cannot be reached.", exception);
        }
    }

    private sealed class Lock(IDatabase database, RedisKey key, RedisValue owner) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await database.LockReleaseAsync(key, owner);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // The lease ends by itself; the work under the lock is done and must not be undone by this.
            }
        }
    }
}
