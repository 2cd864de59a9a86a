using System.Diagnostics;
using System.Diagnostics.Metrics;
using DocuChat.Core.Models;
using DocuChat.Core.Usage;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Conversations;

/// <summary><c>rag_query_total{tenant,model}</c>: questions that ended, by the model that answered; <c>docuchat_citation_total{tenant,result}</c>: citations by what their check found.</summary>
public sealed class ConversationMetrics : ITenantMetrics
{
    internal const string Verified = "verified";

    /// <summary>The stored text does not support the sentence.</summary>
    internal const string Unsupported = "unsupported";

    /// <summary>There is no passage of this number.</summary>
    internal const string Unknown = "unknown";

    private readonly Counter<long> _queries;
    private readonly Counter<long> _citations;
    private readonly ModelsOptions _models;

    public ConversationMetrics(IMeterFactory meters, IOptions<ModelsOptions> models)
    {
        _models = models.Value;
        var meter = meters.Create("DocuChat.Conversations");
        _queries = meter.CreateCounter<long>("rag_query_total", description: "Questions asked of documents, by the model that answered or was asked.");
        _citations = meter.CreateCounter<long>("docuchat_citation_total", description: "Citations in answers, by what their check found.");
    }

    /// <inheritdoc />
    public void TenantSeen(string slug)
    {
        foreach (var model in _models.ChatModels)
            Queries(slug, model, 0);
        foreach (var result in (string[])[Verified, Unsupported, Unknown])
            Citations(slug, result, 0);
    }

    internal void Asked(string slug, string model) => Queries(slug, model, 1);

    internal void Cited(string slug, string result) => Citations(slug, result, 1);

    private void Queries(string slug, string model, long count) => _queries.Add(count, new TagList { { "tenant", slug }, { "model", model } });

    private void Citations(string slug, string result, long count) => _citations.Add(count, new TagList { { "tenant", slug }, { "result", result } });
}
