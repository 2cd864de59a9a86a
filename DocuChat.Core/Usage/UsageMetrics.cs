using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using DocuChat.Core.Models;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Usage;

/// <summary>
/// The witness of the ledger: <c>openai_tokens_total{tenant,direction,model}</c>, and <c>document_chunks_total{tenant}</c>. Names are
/// those that Prometheus shows.
/// </summary>
public sealed class UsageMetrics
{
    private readonly Counter<long> _tokens;
    private readonly ModelsOptions _models;
    private readonly ConcurrentDictionary<string, long> _chunks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _seen = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<ITenantMetrics> _others;

    public UsageMetrics(IMeterFactory meters, IEnumerable<ITenantMetrics> others, IOptions<ModelsOptions> models)
    {
        _models = models.Value;
        _others = [.. others];
        var meter = meters.Create("DocuChat.Tenants.Usage");
        _tokens = meter.CreateCounter<long>("openai_tokens_total", description: "Tokens of model calls that the ledger holds, counted after its commit.");
        meter.CreateObservableGauge(
            "document_chunks_total",
            () => _chunks.Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("tenant", pair.Key))),
            description: "Chunks that are stored now."
        );
    }

    /// <summary>
    /// Starts every series of a tenant at 0. Prometheus' <c>increase</c> misses the first value of a series that appears with it, so the
    /// tenant's first answer would be invisible. Call it when a tenant is registered; those that exist are seen at start.
    /// </summary>
    public void TenantSeen(string slug)
    {
        if (!_seen.TryAdd(slug, 0))
            return;
        _chunks.TryAdd(slug, 0);
        foreach (var model in _models.ChatModels)
            Add(slug, model, 0, 0);
        Add(slug, _models.Embedding.Name, 0, 0);
        foreach (var other in _others)
            other.TenantSeen(slug);
    }

    /// <summary>Counts one line of the ledger, once, after the transaction that holds it was committed.</summary>
    public void Committed(string slug, ModelCall call) => Add(slug, call.Model, call.TokensIn, call.TokensOut);

    internal void ChunksStored(string slug, long chunks) => _chunks[slug] = chunks;

    private void Add(string slug, string model, int tokensIn, int tokensOut)
    {
        _tokens.Add(tokensIn, new TagList { { "tenant", slug }, { "direction", "in" }, { "model", model } });
        _tokens.Add(tokensOut, new TagList { { "tenant", slug }, { "direction", "out" }, { "model", model } });
    }
}
