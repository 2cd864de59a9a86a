using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DocuChat.ServiceDefaults;

internal static class Telemetry
{
    /// <summary>Meters and activity sources of our own are named with this prefix.</summary>
    private const string OwnSources = "DocuChat.*";

    /// <summary>Meters whose metrics have the tenant as a label are named with this prefix.</summary>
    private const string TenantMeters = "DocuChat.Tenants.";

    private const string TenantSeriesKey = "Telemetry:TenantSeries";

    /// <summary>
    /// Past so many series OpenTelemetry merges a metric's points into one without labels. Its default of 2,000 would soon lose tenants: where three models are configured
    /// the largest metric has 24 series of each. Only where tenants are labels: room for 10,000 takes almost a megabyte a metric at once, which each full collection walks.
    /// </summary>
    private const int DefaultTenantSeries = 50_000;

    public static void AddTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        // There a collector reads the lines: as JSON each carries its tenant and its trace.
        if (builder.Environment.IsProduction())
        {
            builder.Logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "O";
            });
        }

        var tenantSeries = TenantSeries(builder.Configuration);
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName, serviceInstanceId: Environment.MachineName))
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(OwnSources)
                    .AddRuntimeInstrumentation()
                    .AddMeter("System.Net.Http", "Npgsql", "Wolverine:*", "Polly")
                    .AddView(instrument => StreamOf(instrument, tenantSeries))
                    .AddPrometheusExporter(options =>
                    {
                        options.ScopeInfoEnabled = false;
                        // A scrape shows what is true now, not what another reader was told just before.
                        options.ScrapeResponseCacheDurationMilliseconds = 0;
                    })
            )
            .WithTracing(tracing =>
                tracing
                    .AddSource(builder.Environment.ApplicationName, OwnSources, "Npgsql", "Wolverine", "Experimental.Microsoft.Extensions.AI")
                    .AddAspNetCoreInstrumentation(options => options.Filter = IsNoProbe)
                    .AddHttpClientInstrumentation()
            );

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            builder.Services.AddOpenTelemetry().UseOtlpExporter();
    }

    private static int TenantSeries(IConfiguration configuration) =>
        configuration[TenantSeriesKey] is not { Length: > 0 } set ? DefaultTenantSeries
        : int.TryParse(set, NumberStyles.None, CultureInfo.InvariantCulture, out var series) && series is >= 1_000 and <= 10_000_000 ? series
        : throw new InvalidOperationException($"{TenantSeriesKey} must be a number from 1000 to 10000000: how many series a metric by tenant may have.");

    private static MetricStreamConfiguration StreamOf(Instrument instrument, int tenantSeries)
    {
        var isDuration = instrument.Name.EndsWith("duration", StringComparison.Ordinal) || instrument.Name.EndsWith("seconds", StringComparison.Ordinal);
        var stream = isDuration
            // Chat answers take from milliseconds (a refused request) to minutes (a long answer): the default buckets end at 10 s.
            ? new ExplicitBucketHistogramConfiguration { Boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120] }
            : new MetricStreamConfiguration();
        if (instrument.Meter.Name.StartsWith(TenantMeters, StringComparison.Ordinal))
            stream.CardinalityLimit = tenantSeries;
        return stream;
    }

    private static bool IsNoProbe(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        return !(path.EndsWith("/health", StringComparison.Ordinal) || path.EndsWith("/alive", StringComparison.Ordinal) || path.EndsWith("/metrics", StringComparison.Ordinal));
    }
}
