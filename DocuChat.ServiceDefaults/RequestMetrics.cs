using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.ServiceDefaults;

/// <summary>
/// <c>http_request_duration_seconds{method,endpoint,status}</c>. The endpoint is the route template, so that ids make no series. A
/// streamed answer is measured to its first event, because its whole length says how much was asked, not how fast we were.
/// </summary>
internal sealed class RequestMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _duration = meters.Create("DocuChat.Http").CreateHistogram<double>("http_request_duration", "s", "Duration of HTTP requests; of a streamed answer, to its first event.");

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var started = Stopwatch.GetTimestamp();
        var recorded = false;
        context.Response.OnStarting(() =>
        {
            if (context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) == true)
            {
                recorded = true;
                Record(context, started, context.Response.StatusCode);
            }
            return Task.CompletedTask;
        });

        try
        {
            await next(context);
        }
        catch when (!context.Response.HasStarted)
        {
            // The exception handler outside answers with 500 after this frame is gone.
            recorded = true;
            Record(context, started, StatusCodes.Status500InternalServerError);
            throw;
        }
        finally
        {
            if (!recorded)
                Record(context, started, context.Response.StatusCode);
        }
    }

    private void Record(HttpContext context, long started, int status)
    {
        var endpoint = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched";
        _duration.Record(
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            new TagList { { "method", context.Request.Method }, { "endpoint", endpoint }, { "status", status } }
        );
    }
}

internal static class RequestMetricsExtensions
{
    public static void UseRequestMetrics(this WebApplication app)
    {
        var metrics = ActivatorUtilities.CreateInstance<RequestMetrics>(app.Services);
        app.Use(next => context => metrics.InvokeAsync(context, next));
    }
}
