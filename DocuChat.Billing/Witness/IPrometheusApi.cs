using System.Text.Json;
using Refit;

namespace DocuChat.Billing.Witness;

/// <summary>Prometheus' query API (https://prometheus.io/docs/prometheus/latest/querying/api/).</summary>
internal interface IPrometheusApi
{
    /// <summary>The value of <paramref name="query"/> at <paramref name="time"/> (Unix seconds).</summary>
    [Get("/api/v1/query")]
    Task<PrometheusAnswer> QueryAsync(string query, string time, CancellationToken cancellationToken);
}

internal sealed record PrometheusAnswer(string Status, string? Error, PrometheusData? Data);

internal sealed record PrometheusData(string ResultType, IReadOnlyList<PrometheusSample> Result);

/// <summary>A series and its value: Unix seconds, and the number as text.</summary>
internal sealed record PrometheusSample(IReadOnlyDictionary<string, string> Metric, IReadOnlyList<JsonElement> Value);
