using System.Diagnostics;
using System.Diagnostics.Metrics;
using DocuChat.Core.Usage;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Models;

/// <summary>
/// Requests to models: <c>openai_request_total{tenant,model,status}</c> and <c>openai_request_duration_seconds{tenant,model}</c> for every
/// request that was sent, repeats included, and <c>ml_fallback_total{from_model,to_model,tenant}</c> for every step to the next model.
/// </summary>
public sealed class ModelMetrics : ITenantMetrics
{
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _fallbacks;
    private readonly ModelsOptions _options;

    public ModelMetrics(IMeterFactory meters, IOptions<ModelsOptions> options)
    {
        _options = options.Value;
        var byTenant = meters.Create("DocuChat.Tenants.Models");
        _requests = byTenant.CreateCounter<long>("openai_request_total", description: "Requests sent to models, by how they ended.");
        _durations = meters.Create("DocuChat.Models").CreateHistogram<double>("openai_request_duration_seconds", description: "From sending a request to the end of its answer.");
        _fallbacks = byTenant.CreateCounter<long>("ml_fallback_total", description: "Steps from a model that failed to the next one.");
    }

    /// <inheritdoc />
    public void TenantSeen(string slug)
    {
        foreach (var model in _options.ChatModels.Append(_options.Embedding.Name))
            foreach (var status in ModelStatus.All)
                Requests(slug, model, status, 0);
        for (var from = 0; from < _options.ChatModels.Count; from++)
            for (var to = from + 1; to < _options.ChatModels.Count; to++)
                Fallbacks(slug, _options.ChatModels[from], _options.ChatModels[to], 0);
    }

    internal void Requested(string slug, string model, string status, TimeSpan duration)
    {
        Requests(slug, model, status, 1);
        _durations.Record(duration.TotalSeconds, new TagList { { "tenant", slug }, { "model", model } });
    }

    internal void FellBack(string slug, string from, string to) => Fallbacks(slug, from, to, 1);

    private void Requests(string slug, string model, string status, long count) => _requests.Add(count, new TagList { { "tenant", slug }, { "model", model }, { "status", status } });

    private void Fallbacks(string slug, string from, string to, long count) => _fallbacks.Add(count, new TagList { { "from_model", from }, { "to_model", to }, { "tenant", slug } });
}

/// <summary>How a request to a model ended; values of the label <c>status</c>.</summary>
public static class ModelStatus
{
    public const string Success = "success";
    public const string RateLimited = "rate_limited";
    public const string ServerError = "server_error";
    public const string Timeout = "timeout";
    public const string Unreachable = "unreachable";

    /// <summary>The request itself was refused (4xx): no other model would take it.</summary>
    public const string Refused = "refused";

    /// <summary>It broke off after its first token.</summary>
    public const string Truncated = "truncated";

    /// <summary>We stopped it: the reader was gone, or did not want the rest.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>No request was sent, because the model is left alone for a while; a reason of a fallback, not a value of the label.</summary>
    public const string CircuitOpen = "circuit_open";

    internal static readonly string[] All = [Success, RateLimited, ServerError, Timeout, Unreachable, Refused, Truncated, Cancelled];
}
