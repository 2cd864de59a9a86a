using System.Text.RegularExpressions;
using DocuChat.Tests.Infrastructure;
using YamlDotNet.RepresentationModel;

namespace DocuChat.Tests.Operations;

/// <summary>A runbook is read in haste: its links lead somewhere, and its commands are those that tests run, or say that they need a cluster.</summary>
public sealed partial class RunbookTests
{
    // What the other tests of this folder run.
    private static readonly string[] _tried =
    [
        "promtool test rules deploy/prometheus/alerts.test.yml",
        "promtool test rules deploy/prometheus/alerts.days.test.yml",
        "amtool check-config deploy/alertmanager/alertmanager.yml",
        "deploy/scripts/backup.sh",
        "deploy/scripts/restore.sh",
        "deploy/scripts/smoke.sh",
    ];

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Repository.PathTo("deploy", "runbooks"), "*.md").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_AreTriedOrNeedACluster(string page)
    {
        foreach (Match block in Block().Matches(Read(page)))
        {
            if (block.Groups["language"].Value == "yaml cluster")
            {
                new YamlStream().Load(new StringReader(block.Groups["commands"].Value));
                continue;
            }
            if (block.Groups["language"].Value == "bash cluster")
            {
                foreach (Match script in Script().Matches(block.Value))
                    Assert.True(File.Exists(Repository.PathTo(script.Value)), script.Value);
                continue;
            }
            Assert.Equal("bash", block.Groups["language"].Value);
            Assert.All(block.Groups["commands"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(_tried, command => line.StartsWith(command, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_LeadSomewhere(string page)
    {
        foreach (Match link in Link().Matches(Read(page)))
        {
            var (file, part) = (link.Groups["file"].Value, link.Groups["part"].Value);
            var target = Repository.PathTo("deploy", "runbooks", file);
            Assert.True(File.Exists(target), $"{page} links {file}.");
            if (part.Length > 0)
                Assert.Contains(part, File.ReadLines(target).Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-')));
        }
    }

    [Theory]
    [InlineData("incident")]
    [InlineData("database-recovery")]
    [InlineData("rollback")]
    [InlineData("billing-incident")]
    public void MainPages_AreThereInPersianToo_WithTheSameCommands(string page)
    {
        var (english, persian) = (Read($"{page}.md"), Read($"{page}.fa.md"));

        Assert.Contains("dir=\"rtl\"", persian, StringComparison.Ordinal);
        Assert.All(Block().Matches(persian), block => Assert.Contains(block.Value, english, StringComparison.Ordinal));
    }

    private static string Read(string page) => File.ReadAllText(Repository.PathTo("deploy", "runbooks", page));

    [GeneratedRegex(@"```(?<language>[a-z ]*)\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"deploy/scripts/[\w.-]+\.sh")]
    private static partial Regex Script();

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#]+)(?:#(?<part>[^)]+))?\)")]
    private static partial Regex Link();
}
