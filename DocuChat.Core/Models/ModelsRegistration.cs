using DocuChat.Core.Models.Pipeline;
using DocuChat.Core.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DocuChat.Core.Models;

/// <summary>Registers the models and the ledger of their use.</summary>
public static class ModelsRegistration
{
    /// <summary>
    /// Adds <see cref="ChatModels"/>, <see cref="EmbeddingClient"/>, <see cref="UsageLedger"/>, <see cref="UsageReservations"/> and <see cref="UsageMetrics"/>. Needs the
    /// persistence. Wrong settings stop the start with a line that names the key.
    /// </summary>
    public static void AddModels(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<ModelsOptions>>(provider => provider.GetRequiredService<ModelsConfiguration>());
        services.AddOptions<ModelsOptions>().ValidateOnStart();

        services
            .AddHttpClient(OpenAiConnection.HttpClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.AddSingleton<OpenAiConnection>();
        services.AddSingleton(provider => new EmbeddingClient(
            provider.GetRequiredService<OpenAiConnection>(),
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<TenantSlugs>(),
            provider.GetRequiredService<UsageReservations>(),
            provider.GetRequiredService<ModelMetrics>(),
            provider.GetRequiredService<IOptions<ModelsOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));

        services.AddSingleton<PipelineFactory>();
        services.AddSingleton(provider => new ChatModels(
            provider.GetRequiredService<PipelineFactory>().Create(),
            provider.GetRequiredService<UsageReservations>(),
            provider.GetRequiredService<IOptions<ModelsOptions>>()
        ));

        services.AddSingleton<ModelMetrics>();
        services.AddSingleton<ITenantMetrics>(provider => provider.GetRequiredService<ModelMetrics>());
        builder.AddUsageLedger();
        services.AddSingleton<UsageReservations>();
        services.AddSingleton<UsageReports>();
    }
}
