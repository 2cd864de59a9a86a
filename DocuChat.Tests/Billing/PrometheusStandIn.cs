using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Billing;

/// <summary>Answers Prometheus' query API with what a test says. How the real one counts is measured in docs/billing.md.</summary>
internal sealed class PrometheusStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PrometheusStandIn(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public string? LastQuery { get; private set; }

    public string? LastTime { get; private set; }

    public static async Task<PrometheusStandIn> StartAsync(params (string Tenant, double Tokens)[] samples)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var standIn = new PrometheusStandIn(builder.Build());
        standIn._app.MapGet("/api/v1/query", (string query, string time) =>
        {
            (standIn.LastQuery, standIn.LastTime) = (query, time);
            return Results.Json(
                new
                {
                    status = "success",
                    data = new
                    {
                        resultType = "vector",
                        result = samples.Select(sample => new { metric = new { tenant = sample.Tenant }, value = new object[] { double.Parse(time, CultureInfo.InvariantCulture), sample.Tokens.ToString(CultureInfo.InvariantCulture) } }),
                    },
                }
            );
        });
        await standIn._app.StartAsync(TestContext.Current.CancellationToken);
        standIn.Address = new Uri(standIn._app.Urls.Single());
        return standIn;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
