using DocuChat.Core.Usage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Models.Pipeline;

/// <summary>The pipeline on a page: telemetry → metering → budget → fallback → a model's (resilience → wire).</summary>
internal sealed class PipelineFactory(
    OpenAiConnection connection,
    IOptions<ModelsOptions> options,
    ModelMetrics metrics,
    UsageReservations reservations,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    private readonly ILogger _logger = loggers.CreateLogger("DocuChat.Models");

    public IChatClient Create()
    {
        var limits = options.Value;
        var retry = new ModelRetry(limits, time);
        var models = limits.ChatModels.Select(model =>
        {
            var wire = new WireClient(connection.Client.GetChatClient(model).AsIChatClient(), model, limits, metrics, time);
            var breaker = new CircuitBreaker(limits.BreakerFailures, TimeSpan.FromSeconds(limits.BreakerSeconds), time);
            return (model, (IChatClient)new ResilienceClient(wire, model, retry, breaker));
        });
        return new FallbackClient([.. models], metrics, _logger)
            .AsBuilder()
            .UseOpenTelemetry(loggers)
            .Use(inner => new MeteringClient(inner, time))
            .Use(inner => new BudgetClient(inner, limits.ChatModels, reservations, time, _logger))
            .Build();
    }
}
