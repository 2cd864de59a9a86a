using System.Text.RegularExpressions;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Operations;

/// <summary>The rules of deploy/prometheus and the routes of deploy/alertmanager, by the programs that will read them.</summary>
public sealed partial class AlertTests
{
    public static TheoryData<string> Names => [.. AlertCase.Alerts.Keys];

    public static TheoryData<string> Files => [.. AlertCase.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Rules_InEveryCase_FireAndStayQuietAsWritten(string file) => await Tool.OutputAsync("promtool", "test", "rules", Path.Combine(AlertCase.Folder, file));

    [Fact]
    public async Task Rules_AreWellFormed() =>
        await Tool.OutputAsync("promtool", "check", "rules", Path.Combine(AlertCase.Folder, "recording.yml"), Path.Combine(AlertCase.Folder, "alerts.yml"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Alert_HasACaseThatFires_OneThatStaysQuiet_OneWithoutSeries_AndOneWithoutTraffic(string alert)
    {
        var cases = AlertCase.All.Where(one => one.Alert == alert).ToList();

        Assert.Contains(cases, one => one.Fires);
        // Where nothing is there at all, the watchdog fires as ever, and services are missing.
        Assert.Contains(cases, one => !one.HasSeries && one.Fires == (alert is "Watchdog" or "PodDown"));
        if (alert != "Watchdog")
            Assert.Contains(cases, one => one.HasSeries && !one.Fires);
        if (Traffic().IsMatch(AlertCase.Alerts[alert]))
            Assert.Contains(cases, one => one.Name.Contains("no traffic", StringComparison.Ordinal) && !one.Fires);
    }

    [Fact]
    public void Alert_LinksAPartOfARunbook()
    {
        var links = RunbookLink().Matches(File.ReadAllText(Path.Combine(AlertCase.Folder, "alerts.yml"))).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(AlertCase.Alerts.Count, links.Count);
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

    // Of what goes by in a time; the others look at how things are.
    [GeneratedRegex(@"rate|increase|p95")]
    private static partial Regex Traffic();

    [GeneratedRegex(@"runbook_url: (\S+)")]
    private static partial Regex RunbookLink();
}
