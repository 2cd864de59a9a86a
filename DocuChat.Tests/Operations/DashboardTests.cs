using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocuChat.AppHost;
using DocuChat.Tests.Api;
using DocuChat.Tests.AppHost;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Operations;

/// <summary>Every query of every panel, asked of the running system's own Prometheus while the services do a little of everything.</summary>
[Collection(RunningSystem.Collection)]
public sealed partial class DashboardTests(RunningSystem system, ITestOutputHelper output)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Panels_OfEveryDashboard_HaveSomethingToShow()
    {
        var unanswered = Queries().ToList();
        output.WriteLine($"{unanswered.Count} queries of {unanswered.Select(query => query.Panel).Distinct().Count()} panels");
        Assert.True(unanswered.Count >= 30);
        using var prometheus = system.CreateClient(ResourceNames.Prometheus);
        using var api = system.CreateClient(ResourceNames.Api);
        await PrepareAsync(api);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(_patience);
        while (unanswered.Count > 0)
        {
            Assert.False(limit.IsCancellationRequested, $"Empty answers:{Environment.NewLine}{string.Join(Environment.NewLine, unanswered)}");
            await LoadAsync(api);
            await Task.Delay(TimeSpan.FromSeconds(2), Stop);
            var still = new List<(string Panel, string Expression)>();
            foreach (var query in unanswered)
            {
                if (!await HasAnswerAsync(prometheus, query.Expression))
                    still.Add(query);
            }
            unanswered = still;
        }
    }

    [Fact]
    public async Task Rules_AreLoadedAndEvaluatedWithoutAFault()
    {
        using var prometheus = system.CreateClient(ResourceNames.Prometheus);
        List<JsonElement> rules;
        do
        {
            await Task.Delay(500, Stop);
            using var answer = JsonDocument.Parse(await prometheus.GetStringAsync(new Uri("/api/v1/rules", UriKind.Relative), Stop));
            rules = [.. answer.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray()).Select(rule => rule.Clone())];
        } while (rules.Any(rule => rule.GetProperty("health").GetString() == "unknown"));

        Assert.Contains(rules, rule => rule.GetProperty("name").GetString() == "ChatAvailabilityBurn");
        Assert.Contains(rules, rule => rule.GetProperty("name").GetString() == "job:http_errors:ratio_rate5m");
        Assert.All(rules, rule => Assert.Equal("ok", rule.GetProperty("health").GetString()));
    }

    /// <summary>The queries, with what Grafana would put in the place of its variables.</summary>
    private static IEnumerable<(string Panel, string Expression)> Queries()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathTo("deploy", "grafana", "dashboards"), "*.json"))
        {
            using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
                foreach (var target in panel.GetProperty("targets").EnumerateArray())
                {
                    var expression = target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$__range", "1h", StringComparison.Ordinal);
                    yield return ($"{dashboard.RootElement.GetProperty("title").GetString()}: {panel.GetProperty("title").GetString()}", Variable().Replace(expression, ".*"));
                }
        }
    }

    private static async Task<bool> HasAnswerAsync(HttpClient prometheus, string expression)
    {
        using var asked = await prometheus.GetAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(expression)}", UriKind.Relative), Stop);
        using var answer = JsonDocument.Parse(await asked.Content.ReadAsStringAsync(Stop));
        Assert.True(asked.IsSuccessStatusCode, $"{expression}: {answer.RootElement}");
        var values = answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => series.GetProperty("value")[1].GetString());
        return values.Any(value => value != "NaN");
    }

    private static async Task PrepareAsync(HttpClient api)
    {
        using var registered = await api.PostJsonAsync("api/v1/auth/register", new { email = ApiCalls.NewEmail(), password = ApiCalls.Password, full_name = "Operator" });
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await registered.JsonAsync()).GetProperty("access_token").GetString());
        using var uploaded = await api.UploadAsync([("Lamp.txt", Encoding.UTF8.GetBytes("The warranty of the Zephyr lamp lasts 37 months from the day of delivery."))]);
        Assert.Equal(HttpStatusCode.Accepted, uploaded.StatusCode);
        while ((await api.GetJsonAsync("api/v1/documents")).GetProperty("items")[0].GetProperty("status").GetString() != "ready")
            await Task.Delay(200, Stop);
    }

    /// <summary>A question with an answer, one more document, and a request that is refused.</summary>
    private static async Task LoadAsync(HttpClient api)
    {
        using var answered = await api.PostJsonAsync("api/v1/chat", new { message = "How long does the warranty of the Zephyr lamp last?", stream = false });
        // A histogram's first figure is no increase: it takes a second document.
        using var uploaded = await api.UploadAsync([("Lamp.txt", Encoding.UTF8.GetBytes($"The Zephyr lamp number {Guid.CreateVersion7()} is green."))]);
        using var missing = await api.GetAsync(new Uri($"api/v1/documents/{Guid.CreateVersion7()}", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [GeneratedRegex(@"\$(job|tenant)\b")]
    private static partial Regex Variable();
}
