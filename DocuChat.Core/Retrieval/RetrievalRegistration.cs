using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DocuChat.Core.Retrieval;

/// <summary>Registers searching, and the care for what is searched.</summary>
public static class RetrievalRegistration
{
    /// <summary>Adds <see cref="HybridSearch"/>. Needs the persistence and the models.</summary>
    public static void AddRetrieval(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RetrievalMetrics>();
        builder.Services.AddSingleton<HybridSearch>();
    }

    /// <summary>Adds <see cref="IndexMaintenance"/>, for a service that publishes.</summary>
    public static void AddIndexMaintenance(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RetrievalMetrics>();
        builder.Services.AddSingleton<TenantShards>();
        builder.Services.AddSingleton<IndexMaintenance>();
        builder.Services.AddHostedService(services => services.GetRequiredService<IndexMaintenance>());
    }
}
