using System.Diagnostics;
using System.Diagnostics.Metrics;
using DocuChat.Core.Models;
using DocuChat.Core.Usage;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Conversations;

/// <summary>
/// <c>rag_query_total{tenant,model}</c>: questions that ended, by the model that answered; <c>docuchat_citation_total{tenant,result}</c>: citations by what their check found.
/// What the two objectives of the service are measured by: <c>docuchat_answer_total{outcome}</c>, and <c>docuchat_first_token_seconds</c> from the question to the answer's first token.
/// </summary>
public sealed class ConversationMetrics : ITenantMetrics
{
    internal const string Verified = "verified";

    /// <summary>The stored text does not support the sentence.</summary>
    internal const string Unsupported = "unsupported";

    /// <summary>There is no passage of this number.</summary>
    internal const string Unknown = "unknown";

    internal const string Complete = "complete";

    /// <summary>It broke off on its way.</summary>
    internal const string Cut = "cut";

    /// <summary>Its reader did not want the rest.</summary>
    internal const string Stopped = "stopped";

    /// <summary>No model answered, or we could not.</summary>
    internal const string Failed = "failed";

    /// <summary>The tenant's budget does not allow it.</summary>
    internal const string Refused = "refused";

    private static readonly string[] _outcomes = [Complete, Cut, Stopped, Failed, Refused];

    private readonly Counter<long> _queries;
    private readonly Counter<long> _citations;
    private readonly Counter<long> _answers;
    private readonly Histogram<double> _firstTokens;
    private readonly ModelsOptions _models;

    public ConversationMetrics(IMeterFactory meters, IOptions<ModelsOptions> models)
    {
        _models = models.Value;
        var byTenant = meters.Create("DocuChat.Tenants.Conversations");
        _queries = byTenant.CreateCounter<long>("rag_query_total", description: "Questions asked of documents, by the model that answered or was asked.");
        _citations = byTenant.CreateCounter<long>("docuchat_citation_total", description: "Citations in answers, by what their check found.");
        var meter = meters.Create("DocuChat.Conversations");
        _answers = meter.CreateCounter<long>("docuchat_answer_total", description: "Answers, by how they ended.");
        _firstTokens = meter.CreateHistogram<double>("docuchat_first_token_seconds", "s", "From a question to the first token of its answer.");
    }

    /// <inheritdoc />
    public void TenantSeen(string slug)
    {
        foreach (var model in _models.ChatModels)
            Queries(slug, model, 0);
        foreach (var result in (string[])[Verified, Unsupported, Unknown])
            Citations(slug, result, 0);
        foreach (var outcome in _outcomes)
            Answers(outcome, 0);
    }

    internal void Asked(string slug, string model) => Queries(slug, model, 1);

    internal void Cited(string slug, string result) => Citations(slug, result, 1);

    internal void Answered(string outcome) => Answers(outcome, 1);

    internal void FirstToken(double seconds) => _firstTokens.Record(seconds);

    private void Answers(string outcome, long count) => _answers.Add(count, new TagList { { "outcome", outcome } });

    private void Queries(string slug, string model, long count) => _queries.Add(count, new TagList { { "tenant", slug }, { "model", model } });

    private void Citations(string slug, string result, long count) => _citations.Add(count, new TagList { { "tenant", slug }, { "result", result } });
}
