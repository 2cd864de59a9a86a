using DocuChat.Core.Documents;
using DocuChat.Core.Models;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Ingestion.Extraction.Processes;
using DocuChat.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace DocuChat.Ingestion.Processing;

internal static class IngestionRegistration
{
    /// <summary>Adds the worker with all that it works with, so that what tests run is what runs.</summary>
    public static void AddIngestion(this IHostApplicationBuilder builder)
    {
        builder.AddPersistence(DatabaseRole.App);
        // Without it documents are processed all the same, only nobody sees how far they are.
        builder.AddRedis(HealthStatus.Degraded);
        builder.AddModels();
        builder.AddIndexMaintenance();

        builder.Services.AddOptions<IngestionOptions>().BindConfiguration(IngestionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<ExtractionOptions>().BindConfiguration(ExtractionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ExtractionPool>();
        builder.Services.AddSingleton<DocumentEvents>();
        builder.Services.AddSingleton<IngestionMetrics>();
        builder.Services.AddSingleton<ClaimStore>();
        builder.Services.AddSingleton<ChunkEmbedder>();
        builder.Services.AddSingleton<Publisher>();
        builder.Services.AddSingleton<DocumentProcessor>();
        builder.Services.AddSingleton(services => new WorkSignal(services.GetRequiredService<IOptions<IngestionOptions>>().Value.Parallel, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddHostedService<Lanes>();
        builder.Services.AddHostedService<QueueMetrics>();
        builder.AddDocumentListener<DocumentQueuedHandler>();
    }
}
