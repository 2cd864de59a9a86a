using System.Net.Http.Json;
using System.Text.RegularExpressions;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DocuChat.Tests.Api.Metrics;

/// <summary>The text that Prometheus reads: names and labels are a contract.</summary>
[Collection(AloneCollection.Name)]
public sealed class MetricsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("metrics", null)]
    [InlineData("api/v1/metrics", null)]
    [InlineData("api/v1/metrics", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    public async Task Scrape_NewTenant_ShowsEverySeriesAtZero(string path, string? accept)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiFactory.CreateAsync(models.Settings());
        using var user = await ApiUser.RegisterAsync(api);
        using var client = api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await client.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);

        var tenant = user.Slug;
        foreach (var model in (string[])["gpt-4o", "gpt-4o-mini", "stand-in-embedding"])
        {
            foreach (var direction in (string[])["in", "out"])
                AssertZero(text, "openai_tokens_total", ("tenant", tenant), ("direction", direction), ("model", model));
            foreach (var status in (string[])["success", "rate_limited", "server_error", "timeout", "unreachable", "refused", "truncated", "cancelled"])
                AssertZero(text, "openai_request_total", ("tenant", tenant), ("model", model), ("status", status));
        }
        AssertZero(text, "rag_query_total", ("tenant", tenant), ("model", "gpt-4o"));
        AssertZero(text, "ml_fallback_total", ("from_model", "gpt-4o"), ("to_model", "gpt-4o-mini"), ("tenant", tenant));
        AssertZero(text, "document_chunks_total", ("tenant", tenant));
        AssertZero(text, "docuchat_citation_total", ("tenant", tenant), ("result", "verified"));
        Assert.Contains("http_request_duration_seconds_count{", text, StringComparison.Ordinal);
        Assert.Contains("endpoint=\"/api/v1/auth/register\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_ThousandsOfTenants_LosesNone()
    {
        await using var api = await ApiFactory.CreateAsync();
        var tenants = Enumerable.Range(0, 1500).Select(number => $"tenant-{number}").ToList();
        foreach (var tenant in tenants)
            api.Services.GetRequiredService<UsageMetrics>().TenantSeen(tenant);
        using var client = api.CreateClient();

        var shown = (await client.GetStringAsync(new Uri("metrics", UriKind.Relative), Stop))
            .Split('\n')
            .Where(line => line.StartsWith("openai_request_total{", StringComparison.Ordinal))
            .Select(line => Regex.Match(line, "tenant=\"([^\"]*)\"").Groups[1].Value)
            .ToHashSet();

        Assert.Empty(tenants.Except(shown));
    }

    [Theory]
    [InlineData("many")]
    [InlineData("10")]
    public async Task Start_WithABadNumberOfSeries_NamesTheKey(string number)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ApiFactory.CreateAsync([("Telemetry:TenantSeries", number)]));
        Assert.Contains("Telemetry:TenantSeries", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_ThroughAProxy_IsRefusedHoweverThePathIsSpelled()
    {
        await using var api = await ApiFactory.CreateAsync();
        using var client = api.CreateClient();

        foreach (var path in (string[])["metrics", "api/v1/metrics", "api/v1/metrics/", "api/V1/Metrics"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("X-Forwarded-For", "203.0.113.7");
            using var response = await client.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Scrape_AfterAnAnswer_ShowsDurationsAndStoredChunks()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiFactory.CreateAsync(models.Settings());
        using var user = await ApiUser.RegisterAsync(api);
        await user.StoreAsync("leave.txt", "Employees may take thirty days of paid leave a year.", "Unused days are carried over.");
        using var answer = await user.Client.PostAsJsonAsync("chat", new { message = "How many days of paid leave?" }, Stop);
        answer.EnsureSuccessStatusCode();

        Assert.Equal(1, (await user.MetricAsync("openai_request_duration_seconds_count"))["model=\"gpt-4o\""]);
        // What the two objectives are measured by. They name no tenant; nobody else asks here.
        var text = await user.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
        Assert.Matches("docuchat_answer_total{outcome=\"complete\"} 1", text);
        Assert.Matches("docuchat_answer_total{outcome=\"failed\"} 0", text);
        Assert.Matches(@"docuchat_first_token_seconds_count\S* 1", text);
        while ((await user.MetricAsync("document_chunks_total")).Values.Single() != 2)
            await Task.Delay(100, Stop);
    }

    private static void AssertZero(string text, string name, params (string Label, string Value)[] labels)
    {
        var line = text.Split('\n').SingleOrDefault(line => line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(label => line.Contains($"{label.Label}=\"{label.Value}\"", StringComparison.Ordinal)));
        Assert.True(line is not null, $"{name}{{{string.Join(',', labels)}}} is missing in\n{text}");
        var names = line[(name.Length + 1)..line.IndexOf('}', StringComparison.Ordinal)].Split("\",").Select(pair => pair.Split('=')[0]);
        Assert.Equal(labels.Select(label => label.Label).Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.StartsWith(" 0", line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
    }
}
