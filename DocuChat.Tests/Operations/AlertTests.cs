using System.Text.RegularExpressions;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Operations;

/// <summary>The rules of deploy/prometheus and the routes of deploy/alertmanager, by the programs that will read them.</summary>
public sealed partial class AlertTests
{
    private static readonly string _folder = Repository.PathTo("deploy", "prometheus");
    private static readonly string[] _tests = ["alerts.test.yml", "alerts.days.test.yml"];

    private static string Alerts => File.ReadAllText(Path.Combine(_folder, "alerts.yml"));

    public static TheoryData<string> Names => [.. AlertName().Matches(Alerts).Select(match => match.Groups[1].Value).Distinct()];

    [Theory]
    [InlineData("alerts.test.yml")]
    [InlineData("alerts.days.test.yml")]
    public async Task Rules_InEveryCase_FireAndStayQuietAsWritten(string file) => await Tool.OutputAsync("promtool", "test", "rules", Path.Combine(_folder, file));

    [Fact]
    public async Task Rules_AreWellFormed() => await Tool.OutputAsync("promtool", "check", "rules", Path.Combine(_folder, "recording.yml"), Path.Combine(_folder, "alerts.yml"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Alert_HasACaseThatFiresAndOneThatStaysQuiet(string alert)
    {
        var cases = _tests.SelectMany(file => File.ReadAllText(Path.Combine(_folder, file)).Split("- eval_time:", StringSplitOptions.None).SelectMany(part => part.Split("- { eval_time:"))).ToList();

        Assert.Contains(cases, one => one.Contains($"alertname: {alert}\n", StringComparison.Ordinal) && one.Contains("exp_labels", StringComparison.Ordinal));
        // The watchdog is never quiet.
        if (alert != "Watchdog")
            Assert.Contains(cases, one => one.Contains($"alertname: {alert}, exp_alerts: []", StringComparison.Ordinal));
    }

    [Fact]
    public void Alert_LinksAPartOfARunbook()
    {
        var links = RunbookLink().Matches(Alerts).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(AlertName().Count(Alerts), links.Count);
        foreach (var link in links)
        {
            var (page, part) = (link.Split('#')[0], link.Split('#')[1]);
            var headings = File.ReadLines(Repository.PathTo(page)).Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#').Trim().ToLowerInvariant());
            Assert.Contains(part, headings);
        }
    }

    [Fact]
    public async Task Alertmanager_SendsPagesTicketsAndTheWatchdogTheirWays()
    {
        Assert.SkipUnless(Tool.IsInstalled("amtool"), "amtool is not installed.");
        var file = Repository.PathTo("deploy", "alertmanager", "alertmanager.yml");

        await Tool.OutputAsync("amtool", "check-config", file);

        Assert.Equal("on-call", await ReceiverAsync("severity=page", "alertname=HighErrorRate"));
        Assert.Equal("tickets", await ReceiverAsync("severity=ticket", "alertname=BillingDrift"));
        Assert.Equal("deadman", await ReceiverAsync("severity=none", "alertname=Watchdog"));

        async Task<string> ReceiverAsync(params string[] labels) => (await Tool.OutputAsync("amtool", ["config", "routes", "test", $"--config.file={file}", .. labels])).Trim();
    }

    [Fact]
    public void Alertmanager_HoldsNoSecret()
    {
        var text = File.ReadAllText(Repository.PathTo("deploy", "alertmanager", "alertmanager.yml"));

        Assert.DoesNotMatch(@"(?m)^\s*(smtp_auth_password|api_url|credentials|password|bearer_token):", text);
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"runbook_url: (\S+)")]
    private static partial Regex RunbookLink();
}
