namespace DocuChat.Api.Metrics;

internal static class MetricsApi
{
    /// <summary>The same text as <c>/metrics</c>, under the Api's own prefix.</summary>
    public static void MapMetricsApi(this IEndpointRouteBuilder api) => api.MapPrometheusScrapingEndpoint("/metrics");
}
