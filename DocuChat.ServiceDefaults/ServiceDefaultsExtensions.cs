using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace DocuChat.ServiceDefaults;

/// <summary>What every service of DocuChat has in common: telemetry, health, resilient HTTP clients and service discovery. Nothing of the domain.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds telemetry, health checks, service discovery and the default resilience of outgoing HTTP calls.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddRedisUrl();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddTelemetry();
        builder.AddTrustedProxies();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [HealthTags.Live]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        return builder;
    }

    /// <summary>Takes a call's address from the proxies that are trusted (<c>TRUSTED_PROXIES</c>). Comes before everything that looks at it.</summary>
    public static WebApplication UseTrustedProxies(this WebApplication app)
    {
        app.UseForwardedHeaders();
        return app;
    }

    /// <summary>
    /// Maps <c>/alive</c> (the process answers), <c>/health</c> (it can do its work) and <c>/metrics</c> (Prometheus text, also under <c>/api/v1</c>), in every
    /// environment: an orchestrator that gets 404 from a probe restarts a healthy service.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseRequestMetrics();
        app.MapHealthEndpoints("");
        app.MapPrometheusScrapingEndpoint("/metrics", null, inside => inside.Use(AnswerInsideAsync), null);
        // The same text where the Api's callers look for it: one path for every pod that Prometheus finds.
        app.MapPrometheusScrapingEndpoint("/api/v1/metrics", null, inside => inside.Use(AnswerInsideAsync), null);
        return app;
    }

    /// <summary>Prometheus asks each pod itself. What a proxy passes on came from outside, and an ingress does not know every spelling of a path that routing knows.</summary>
    private static Task AnswerInsideAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers;
        if (!headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName) && !headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
