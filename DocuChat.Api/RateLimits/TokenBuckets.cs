using System.Globalization;
using System.Threading.RateLimiting;
using StackExchange.Redis;

namespace DocuChat.Api.RateLimits;

/// <summary>A bucket by its name.</summary>
internal sealed record Bucket(string Name, Rate Rate);

/// <summary>
/// Token buckets that all replicas share, in Redis: one round trip a call, however many buckets it takes from. While Redis is away each process counts
/// for itself: a limit that is too generous by the number of replicas, and never an open door.
/// </summary>
internal sealed partial class TokenBuckets : IAsyncDisposable
{
    /// <summary>Redis answers in less than a millisecond; a question does not wait longer than this for its limit.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>After a failure Redis is left alone for so long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // The generic cell rate algorithm (ITU-T I.371): instead of its tokens a bucket keeps the moment at which it would be full again, which is one number
    // and needs no refilling. A call takes from all its buckets or from none. Redis' own clock, so that replicas agree.
    private const string Script = """
        local now = redis.call('TIME')
        now = now[1] * 1000000 + now[2]
        local wait, full = 0, {}
        for i = 1, #KEYS do
            local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
            full[i] = math.max(tonumber(redis.call('GET', KEYS[i]) or now), now) + interval
            wait = math.max(wait, full[i] - now - interval * burst)
        end
        if wait > 0 then return math.ceil(wait) end
        for i = 1, #KEYS do
            redis.call('SET', KEYS[i], string.format('%.0f', full[i]), 'PX', math.ceil((full[i] - now) / 1000))
        end
        return 0
        """;

    private readonly IConnectionMultiplexer _redis;
    private readonly RateLimitMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<TokenBuckets> _logger;
    private readonly PartitionedRateLimiter<Bucket> _local = PartitionedRateLimiter.Create<Bucket, string>(bucket => RateLimitPartition.GetTokenBucketLimiter(bucket.Name, _ => LocalOf(bucket.Rate)));
    private long _failedAt = long.MinValue;
    private int _isAway;

    public TokenBuckets(IConnectionMultiplexer redis, RateLimitMetrics metrics, TimeProvider time, ILogger<TokenBuckets> logger) => (_redis, _metrics, _time, _logger) = (redis, metrics, time, logger);

    /// <summary>Takes one call out of each bucket, or nothing.</summary>
    /// <returns>Zero when it was taken; else how long to wait until it can be.</returns>
    public async ValueTask<TimeSpan> TakeAsync(IReadOnlyList<Bucket> buckets, CancellationToken cancellationToken)
    {
        var failedAt = Interlocked.Read(ref _failedAt);
        if (_redis.IsConnected && (failedAt == long.MinValue || _time.GetElapsedTime(failedAt) >= Pause))
        {
            try
            {
                var wait = await AskAsync(buckets).WaitAsync(Patience, cancellationToken);
                if (Interlocked.Exchange(ref _isAway, 0) == 1)
                    LogBack(_logger);
                return wait;
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                Interlocked.Exchange(ref _failedAt, _time.GetTimestamp());
                Away(failure);
            }
        }
        else
            Away(null);
        return TakeLocally(buckets);
    }

    public ValueTask DisposeAsync() => _local.DisposeAsync();

    private async Task<TimeSpan> AskAsync(IReadOnlyList<Bucket> buckets)
    {
        RedisKey[] keys = [.. buckets.Select(bucket => (RedisKey)$"rate:{bucket.Name}")];
        RedisValue[] rates = [.. buckets.SelectMany(bucket => (RedisValue[])[bucket.Rate.Interval.TotalMicroseconds.ToString("F3", CultureInfo.InvariantCulture), bucket.Rate.Burst])];
        var wait = await _redis.GetDatabase().ScriptEvaluateAsync(Script, keys, rates);
        return TimeSpan.FromMicroseconds((long)wait);
    }

    private TimeSpan TakeLocally(IReadOnlyList<Bucket> buckets)
    {
        _metrics.CountedLocally();
        foreach (var bucket in buckets)
        {
            using var lease = _local.AttemptAcquire(bucket);
            if (!lease.IsAcquired)
                return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : bucket.Rate.Interval;
        }
        return TimeSpan.Zero;
    }

    private static TokenBucketRateLimiterOptions LocalOf(Rate rate)
    {
        // Timers tick no finer than this.
        var tokens = (int)Math.Max(1, Math.Ceiling(TimeSpan.FromMilliseconds(100) / rate.Interval));
        return new() { TokenLimit = Math.Max(rate.Burst, tokens), TokensPerPeriod = tokens, ReplenishmentPeriod = rate.Interval * tokens };
    }

    private void Away(Exception? failure)
    {
        if (Interlocked.Exchange(ref _isAway, 1) == 0)
            LogAway(_logger, failure);
    }

    [LoggerMessage(1, LogLevel.Warning, "Redis does not answer; until it does, each process limits calls for itself")]
    private static partial void LogAway(ILogger logger, Exception? failure);

    [LoggerMessage(2, LogLevel.Information, "Redis answers again; limits of calls are shared again")]
    private static partial void LogBack(ILogger logger);
}
