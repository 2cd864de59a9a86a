using System.Text.Json;
using System.Text.RegularExpressions;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Operations;

/// <summary>What docs/operations.md counts and lists is what there is.</summary>
public sealed partial class OperationsPageTests(Overlays overlays) : IClassFixture<Overlays>
{
    private static string Page => File.ReadAllText(Repository.PathTo("docs", "operations.md"));

    [Fact]
    public void Checks_AreAsManyAsThePageSays()
    {
        var cases = AlertCase.All;
        var panels = Directory
            .EnumerateFiles(Repository.PathTo("deploy", "grafana", "dashboards"), "*.json")
            .SelectMany(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("panels").EnumerateArray())
            .ToList();

        Assert.Contains($"| {AlertCase.Alerts.Count} alerts, {cases.Select(one => one.Name).Distinct().Count()} cases, {cases.Count} checks:", Page, StringComparison.Ordinal);
        Assert.Contains($"| {panels.Count} panels, {panels.Sum(panel => panel.GetProperty("targets").GetArrayLength())} queries,", Page, StringComparison.Ordinal);
        Assert.Contains($"| {Regex.Count(File.ReadAllText(Path.Combine(AlertCase.Folder, "recording.yml")), "- record: ")} |", Page, StringComparison.Ordinal);
        Assert.Contains($"0 findings in {Directory.GetFiles(Repository.PathTo(".github", "workflows")).Length} |", Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_AreThoseThatAreRendered()
    {
        var counts = new List<string>();
        foreach (var name in (string[])["production", "staging", "kind"])
            counts.Add($"{name} {(await overlays.RenderAsync(name)).Count}");
        Assert.Contains($"| {string.Join(", ", counts)} |", Page, StringComparison.Ordinal);

        var production = await overlays.RenderAsync("production");
        var rendered = Regex.Split(production.Text, "^---$", RegexOptions.Multiline).Select(text => (Kind: Kind().Match(text).Groups[1].Value, Name: HashOfKustomize().Replace(Name().Match(text).Groups[1].Value, "")));
        var listed = Row().Matches(Page[Page.IndexOf("## The objects of production", StringComparison.Ordinal)..]).Select(row => (Kinds: row.Groups["kinds"].Value.Split(", "), Count: int.Parse(row.Groups["count"].Value, System.Globalization.CultureInfo.InvariantCulture), Names: row.Groups["names"].Value.Split(", "))).ToList();

        Assert.Equal(rendered.Order(), listed.SelectMany(row => row.Kinds.SelectMany(kind => row.Names.Select(name => (Kind: kind, Name: name)))).Order());
        Assert.All(listed, row => Assert.Equal(row.Kinds.Length * row.Names.Length, row.Count));
        Assert.Contains($"`kubectl kustomize deploy/overlays/production`, {production.Count} objects:", Page, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^kind: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Kind();

    [GeneratedRegex(@"^metadata:\n(?:  .*\n)*?  name: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Name();

    // A ConfigMap's name ends with a hash of what is in it.
    [GeneratedRegex(@"-[24-9bcdfghkmt]{10}$")]
    private static partial Regex HashOfKustomize();

    [GeneratedRegex(@"^\| (?<kinds>[A-Z][\w, ]+) \| (?<count>\d+) \| (?<names>[\w, -]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
