using DocuChat.Tests.Infrastructure;
using YamlDotNet.RepresentationModel;

namespace DocuChat.Tests.Operations;

/// <summary>One check of promtool's unit tests: which alert is asked for, in which case, and whether it is to fire.</summary>
internal sealed record AlertCase(string Name, bool HasSeries, string Alert, bool Fires)
{
    public static readonly string Folder = Repository.PathTo("deploy", "prometheus");

    public static readonly IReadOnlyList<string> Files = ["alerts.test.yml", "alerts.days.test.yml"];

    /// <summary>Each alert with its expression.</summary>
    public static IReadOnlyDictionary<string, string> Alerts { get; } =
        Items(Load("alerts.yml"), "groups").SelectMany(group => Items(group, "rules")).ToDictionary(rule => Text(rule, "alert"), rule => Text(rule, "expr"));

    public static IReadOnlyList<AlertCase> All { get; } =
        [
            .. from test in Files.SelectMany(file => Items(Load(file), "tests"))
               from check in Items(test, "alert_rule_test")
               select new AlertCase(Text(test, "name"), Items(test, "input_series").Any(), Text(check, "alertname"), Items(check, "exp_alerts").Any()),
        ];

    private static YamlNode Load(string file)
    {
        using var reader = File.OpenText(Path.Combine(Folder, file));
        var stream = new YamlStream();
        stream.Load(reader);
        return stream.Documents[0].RootNode;
    }

    private static IEnumerable<YamlNode> Items(YamlNode node, string key) => (YamlSequenceNode)node[key];

    private static string Text(YamlNode node, string key) => node[key].ToString();
}
