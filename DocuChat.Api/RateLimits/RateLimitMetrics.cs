using System.Diagnostics.Metrics;

namespace DocuChat.Api.RateLimits;

/// <summary><c>docuchat_rate_limited_total{limit}</c>: calls that were refused; <c>docuchat_rate_limit_local_total</c>: calls that were counted without Redis.</summary>
internal sealed class RateLimitMetrics
{
    private readonly Counter<long> _refused;
    private readonly Counter<long> _local;

    public RateLimitMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("DocuChat.RateLimits");
        _refused = meter.CreateCounter<long>("docuchat_rate_limited_total", description: "Calls that were refused because there were too many, by the limit.");
        _local = meter.CreateCounter<long>("docuchat_rate_limit_local_total", description: "Calls that each process counted for itself, because Redis did not answer.");
    }

    public void Refused(string limit) => _refused.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public void CountedLocally() => _local.Add(1);
}
