using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DocuChat.ServiceDefaults;

/// <summary>Tags that say which probe a health check belongs to.</summary>
public static class HealthTags
{
    /// <summary>The process is alive: a failure asks for a restart. Checks without this tag speak of readiness.</summary>
    public const string Live = "live";
}

/// <summary>The two probes of a service, answered as JSON that names each check.</summary>
public static class HealthEndpoints
{
    /// <summary>Maps <c>{prefix}/alive</c> and <c>{prefix}/health</c>.</summary>
    public static void MapHealthEndpoints(this IEndpointRouteBuilder endpoints, string prefix)
    {
        endpoints.MapHealthChecks($"{prefix}/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(HealthTags.Live), ResponseWriter = WriteAsync });
        endpoints.MapHealthChecks($"{prefix}/health", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    // What failed is named, why it failed stays in the log: a health answer is public.
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var body = new
        {
            status = report.Status.ToString().ToLowerInvariant(),
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString().ToLowerInvariant()),
        };
        return context.Response.WriteAsync(JsonSerializer.Serialize(body), context.RequestAborted);
    }
}
