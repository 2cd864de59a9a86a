using System.Text.Json;
using System.Text.RegularExpressions;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Operations;

/// <summary>What rules and dashboards ask for is what services export, rules record, or Kubernetes' own exporters are known to have.</summary>
public sealed partial class MetricNameTests
{
    // Of kube-state-metrics, cAdvisor, the kubelet, the .NET runtime's instrumentation, and Prometheus itself.
    private static readonly string[] _others =
    [
        "up",
        "kube_deployment_spec_replicas",
        "kube_deployment_status_replicas_available",
        "kube_cronjob_created",
        "kube_cronjob_status_last_successful_time",
        "kube_job_failed",
        "container_cpu_usage_seconds_total",
        "container_memory_working_set_bytes",
        "container_spec_memory_limit_bytes",
        "kubelet_volume_stats_available_bytes",
        "kubelet_volume_stats_capacity_bytes",
        "dotnet_process_cpu_time_seconds_total",
        "dotnet_process_memory_working_set_bytes",
    ];

    private static readonly string[] _words = ["by", "on", "and", "or", "unless", "offset", "without", "bool", "ignoring", "group_left", "sum", "max", "min", "count", "avg"];

    [Fact]
    public void Metrics_OfRulesAndDashboards_Exist()
    {
        var rules = string.Join('\n', Directory.EnumerateFiles(Repository.PathTo("deploy", "prometheus"), "*.yml").Select(File.ReadAllText));
        HashSet<string> known = [.. _others, .. Recorded().Matches(rules).Select(match => match.Groups[1].Value), .. Exported()];

        var asked = Expressions().SelectMany(MetricsOf).Distinct().ToList();

        Assert.True(asked.Count > 20);
        Assert.DoesNotContain(asked, name => !known.Contains(name) && !known.Contains(Series().Replace(name, "")));
    }

    private static IEnumerable<string> Expressions()
    {
        foreach (var file in (string[])["recording.yml", "alerts.yml"])
        {
            var text = File.ReadAllText(Repository.PathTo("deploy", "prometheus", file));
            foreach (Match match in RuleExpression().Matches(text))
                yield return match.Groups[1].Value;
        }
        foreach (var file in Directory.EnumerateFiles(Repository.PathTo("deploy", "grafana", "dashboards"), "*.json"))
        {
            using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
                foreach (var target in panel.GetProperty("targets").EnumerateArray())
                    yield return target.GetProperty("expr").GetString()!;
        }
    }

    /// <summary>The names that services give their instruments; one with a unit is exported with it.</summary>
    private static IEnumerable<string> Exported() =>
        Directory
            .EnumerateFiles(Repository.Root, "*Metrics.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("DocuChat.Tests", StringComparison.Ordinal))
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .SelectMany(name => (string[])[name, $"{name}_seconds"]);

    private static IEnumerable<string> MetricsOf(string expression)
    {
        var rest = Removed().Replace(expression, " ");
        return Identifier().Matches(rest).Select(match => match.Value).Where(name => !_words.Contains(name));
    }

    [GeneratedRegex(@"record: (\S+)")]
    private static partial Regex Recorded();

    [GeneratedRegex(@"expr: (?:\|\n)?((?:.|\n\s{10,})+)")]
    private static partial Regex RuleExpression();

    [GeneratedRegex("Create(?:ObservableGauge|Counter|Histogram)(?:<\\w+>)?\\(\\s*\"(\\w+)\"")]
    private static partial Regex Instrument();

    // Strings, label matchers, ranges, lists of labels, names of functions, numbers.
    [GeneratedRegex("""
        "[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|without|ignoring)\s*\([^)]*\)|\b[a-z_]+(?=\s*\()|\b\d[\w.]*
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Removed();

    [GeneratedRegex("[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex Identifier();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex Series();
}
