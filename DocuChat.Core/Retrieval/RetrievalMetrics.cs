using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DocuChat.Core.Retrieval;

/// <summary>
/// <c>docuchat_search_duration_seconds{side}</c> of each part of a search, and <c>docuchat_search_degraded_total{side}</c>: searches that one side answered alone because the
/// other failed.
/// </summary>
public sealed class RetrievalMetrics
{
    internal const string Lexical = "lexical";
    internal const string Vector = "vector";

    private readonly Histogram<double> _durations;
    private readonly Counter<long> _degraded;
    private readonly Counter<long> _maintained;

    public RetrievalMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("DocuChat.Retrieval");
        _durations = meter.CreateHistogram<double>("docuchat_search_duration_seconds", description: "Duration of each side of a search.");
        _degraded = meter.CreateCounter<long>("docuchat_search_degraded_total", description: "Searches that did without a side that failed.");
        _maintained = meter.CreateCounter<long>("docuchat_index_maintenance_total", description: "Merges of the lexical index and promotions of large tenants, by result.");
        Degraded(Lexical, 0);
        Degraded(Vector, 0);
    }

    internal void Searched(string side, long started) => _durations.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new TagList { { "side", side } });

    internal void Degraded(string side) => Degraded(side, 1);

    internal void Maintained(string work, string result) => _maintained.Add(1, new TagList { { "work", work }, { "result", result } });

    private void Degraded(string side, long count) => _degraded.Add(count, new TagList { { "side", side } });
}
