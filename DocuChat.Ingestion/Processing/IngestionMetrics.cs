using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DocuChat.Ingestion.Processing;

/// <summary><c>docuchat_ingestion_documents_total{tenant,outcome}</c> and <c>docuchat_ingestion_stage_seconds{stage}</c>.</summary>
internal sealed class IngestionMetrics
{
    private readonly Counter<long> _documents;
    private readonly Histogram<double> _stages;

    public IngestionMetrics(IMeterFactory meters)
    {
        _documents = meters.Create("DocuChat.Tenants.Ingestion").CreateCounter<long>("docuchat_ingestion_documents_total", description: "Processings of documents that ended, by how.");
        _stages = meters.Create("DocuChat.Ingestion").CreateHistogram<double>("docuchat_ingestion_stage_seconds", "s", "Time that documents spent in a stage.");
    }

    /// <summary>Counts a processing that ended: <c>ready</c>, <c>failed</c>, <c>again</c> or <c>lost</c>.</summary>
    public void Ended(string tenant, string outcome) => _documents.Add(1, new TagList { { "tenant", tenant }, { "outcome", outcome } });

    public void Staged(string stage, double seconds) => _stages.Record(seconds, new TagList { { "stage", stage } });
}
