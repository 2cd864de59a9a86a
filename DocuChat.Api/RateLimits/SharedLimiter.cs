using System.Threading.RateLimiting;

namespace DocuChat.Api.RateLimits;

/// <summary>The framework's view of some buckets. It keeps nothing itself, so it may be forgotten at any time.</summary>
internal sealed class SharedLimiter(TokenBuckets store, IReadOnlyList<Bucket> buckets) : RateLimiter
{
    /// <inheritdoc />
    public override TimeSpan? IdleDuration => TimeSpan.MaxValue;

    /// <inheritdoc />
    public override RateLimiterStatistics? GetStatistics() => null;

    // Asked first by the middleware, which then waits; only the waiting one can ask Redis.
    protected override RateLimitLease AttemptAcquireCore(int permitCount) => new Lease(TimeSpan.MaxValue);

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new Lease(await store.TakeAsync(buckets, cancellationToken));

    private sealed class Lease(TimeSpan wait) : RateLimitLease
    {
        public override bool IsAcquired => wait == TimeSpan.Zero;

        public override IEnumerable<string> MetadataNames => IsAcquired ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = wait;
            return !IsAcquired && metadataName == MetadataName.RetryAfter.Name;
        }
    }
}
