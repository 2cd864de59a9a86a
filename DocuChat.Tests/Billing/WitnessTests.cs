using System.Diagnostics;
using System.Globalization;
using DocuChat.Billing.Witness;
using DocuChat.Core.Billing;
using DocuChat.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DocuChat.Tests.Billing;

/// <summary>
/// How a real Prometheus' figure of a day differs from the ledger's, in what happens to counters: the table of docs/billing.md. Each case is a tenant
/// whose samples, as a scrape every 15 seconds would have taken them, are put into Prometheus' own storage.
/// </summary>
public sealed class WitnessTests(WitnessTests.Prometheus prometheus, ITestOutputHelper output) : IClassFixture<WitnessTests.Prometheus>
{
    private const int Scrape = 15;
    private const int Hour = 3600;
    private const int Day = 24 * Hour;

    // Seconds are of the day; a series says what the counter shows then, or null where there is nothing to scrape.
    private static readonly Dictionary<string, Case> Cases = new Dictionary<string, Case>
    {
        ["steady"] = new(144_000, [second => 10_000 + Even(second)]),
        ["new-series-without-a-zero"] = new(5_000, [second => second < 12 * Hour ? null : 5_000]),
        ["new-series-from-zero"] = new(5_000, [second => second < 12 * Hour ? null : second < 13 * Hour ? 0 : 5_000]),
        ["pod-replaced"] = new(144_000, [second => second < 12 * Hour ? Even(second) : null, second => second < 12 * Hour ? null : Even(second) - Even(12 * Hour)]),
        // Each pod's last tokens are counted after its last scrape.
        ["restart-between-scrapes"] = new(144_000, [second => second < 12 * Hour ? Math.Min(Even(second), Even(12 * Hour) - 3_000) : Even(second) - Even(12 * Hour)]),
        // The new process has passed the old one's figure before anybody looked: no fall is seen.
        ["restart-that-is-not-seen"] = new(5_000, [second => second < 12 * Hour ? 4_000 : 5_000]),
        ["outage-of-two-hours"] = new(144_000, [second => second is > 11 * Hour and < 13 * Hour ? null : Even(second)]),
        ["outage-at-the-end"] = new(144_000, [second => second > 22 * Hour ? null : Even(second)]),
        ["two-replicas"] = new(288_000, [second => Even(second), second => 50_000 + Even(second)]),
        // It began before midnight and was committed after it: the ledger counts it yesterday, the counter today.
        ["answer-over-midnight"] = new(142_000, [second => (second < 40 ? 0 : 2_000) + Even(second) * 142 / 144]),
    };

    public static TheoryData<string, double, double> Expected =>
        new()
        {
            { "steady", -0.001, 0.001 },
            { "new-series-without-a-zero", -1, -1 },
            { "new-series-from-zero", -0.001, 0.01 },
            { "pod-replaced", -0.01, 0.001 },
            { "restart-between-scrapes", -0.03, -0.015 },
            { "restart-that-is-not-seen", -0.81, -0.79 },
            { "outage-of-two-hours", -0.001, 0.001 },
            { "outage-at-the-end", -0.1, -0.06 },
            { "two-replicas", -0.001, 0.001 },
            { "answer-over-midnight", 0.012, 0.016 },
        };

    [Theory]
    [MemberData(nameof(Expected))]
    public async Task Testimony_InEachCase_DriftsAsDocumented(string name, double atLeast, double atMost)
    {
        Assert.SkipUnless(prometheus.IsInstalled, "prometheus and promtool are not installed.");

        var testimony = await prometheus.Witness.TestifyAsync(prometheus.Period, TestContext.Current.CancellationToken);

        Assert.Null(testimony.Silence);
        var drift = InvoiceMath.Drift(testimony.Of(name)!.Value, Cases[name].Ledger);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"CASE | {name} | {Cases[name].Ledger:#,0} | {testimony.Of(name):#,0.0} | {drift * 100:0.00} % |"));
        Assert.InRange(drift, atLeast, atMost);
    }

    /// <summary>A counter that gets 100 tokens a minute, in one piece each minute.</summary>
    private static double Even(int second) => second < 0 ? 0 : second / 60 * 100;

    private sealed record Case(long Ledger, IReadOnlyList<Func<int, double?>> Series);

    /// <summary>A real Prometheus with every case's samples of yesterday.</summary>
    public sealed class Prometheus : IAsyncLifetime
    {
        private ServerProcess? _server;
        private IHost? _host;

        public bool IsInstalled { get; } = Found("prometheus") && Found("promtool");

        internal BillingPeriod Period { get; } = BillingPeriod.Of(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-2), TimeZoneInfo.FindSystemTimeZoneById("Asia/Tehran"));

        internal PrometheusWitness Witness => _host!.Services.GetRequiredService<PrometheusWitness>();

        public async ValueTask InitializeAsync()
        {
            if (!IsInstalled)
                return;
            var folder = TestServers.NewFolder("prometheus");
            Directory.CreateDirectory(folder);
            var (samples, configuration) = (Path.Combine(folder, "samples.om"), Path.Combine(folder, "prometheus.yml"));
            await File.WriteAllLinesAsync(samples, Samples());
            await File.WriteAllTextAsync(configuration, "global: {}\n");
            using (var fill = Process.Start(new ProcessStartInfo("promtool", ["tsdb", "create-blocks-from", "openmetrics", samples, Path.Combine(folder, "data")]) { RedirectStandardOutput = true, RedirectStandardError = true })!)
            {
                await Task.WhenAll(fill.StandardOutput.ReadToEndAsync(), fill.StandardError.ReadToEndAsync());
                await fill.WaitForExitAsync();
                Assert.Equal(0, fill.ExitCode);
            }

            var port = Ports.Free();
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            _server = await ServerProcess.StartAsync(
                folder,
                "prometheus.sh",
                [Path.Combine(folder, "data"), $"{port}", configuration],
                new Dictionary<string, string>(),
                async stop => (await client.GetAsync(new Uri("/-/ready", UriKind.Relative), stop)).EnsureSuccessStatusCode().Dispose(),
                CancellationToken.None
            );

            var builder = Host.CreateApplicationBuilder();
            DocuChat.Billing.BillingServices.AddWitness(builder.Services, new Uri($"http://127.0.0.1:{port}"));
            _host = builder.Build();
        }

        public async ValueTask DisposeAsync()
        {
            _host?.Dispose();
            if (_server is not null)
                await _server.DisposeAsync();
        }

        // OpenMetrics: the samples of a series together, in their order.
        private IEnumerable<string> Samples()
        {
            yield return "# TYPE openai_tokens counter";
            foreach (var (name, scenario) in Cases)
            {
                for (var pod = 0; pod < scenario.Series.Count; pod++)
                {
                    for (var second = -Hour + 7; second < Day + Hour; second += Scrape)
                    {
                        if (scenario.Series[pod](second) is { } value)
                            yield return FormattableString.Invariant($"openai_tokens_total{{tenant=\"{name}\",direction=\"in\",model=\"gpt-4o\",instance=\"pod-{pod}\"}} {value} {Period.Start.AddSeconds(second).ToUnixTimeSeconds()}");
                    }
                }
            }
            yield return "# EOF";
        }

        private static bool Found(string program) =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
    }
}
