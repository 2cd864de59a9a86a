using DocuChat.AppHost;
using DocuChat.Tests.AppHost;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Operations;

/// <summary>The scripts that a release goes by.</summary>
public sealed class ReleaseScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("docuchat-release").FullName;

    private static string Script(string name) => Repository.PathTo("deploy", "scripts", name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null, "Mend a typo", "v0.0.1")]
    [InlineData("v1.4.2", "Mend a typo", "v1.4.3")]
    [InlineData("v1.4.2", "feat: answer in a table", "v1.5.0")]
    [InlineData("v1.4.2", "feat(api)!: another shape of receipts", "v2.0.0")]
    [InlineData("v1.4.9", "Another key\n\nBREAKING CHANGE: JWT_SECRET must be longer", "v2.0.0")]
    [InlineData("v1.4.9", "Speak of a feat: none is here", "v1.4.10")]
    public async Task NextVersion_RisesByWhatCommitsSay(string? last, string message, string expected)
    {
        await GitAsync("init", "--quiet");
        await GitAsync("commit", "--quiet", "--allow-empty", "-m", "feat: begin");
        if (last is not null)
            await GitAsync("tag", last);
        else
            await GitAsync("commit", "--quiet", "--amend", "--allow-empty", "-m", "Begin");
        await GitAsync("commit", "--quiet", "--allow-empty", "-m", message);

        Assert.Equal(expected, (await Tool.OutputAsync("bash", "-c", $"cd '{_folder}' && '{Script("next-version.sh")}'")).Trim());
    }

    [Fact]
    public async Task Render_NamesImagesByDigestAndTheMigrationByVersion()
    {
        var images = await ImagesAsync(name => $"registry.test/docuchat-{name}@sha256:{new string('a', 64)}");

        var (exitCode, text, error) = await Tool.RunAsync(Script("render.sh"), ["production", "v1.2.3", images], await KubectlAsync());

        Assert.True(exitCode == 0, error);
        Assert.DoesNotContain("ghcr.io/docuchat/", text, StringComparison.Ordinal);
        Assert.Contains($"image: registry.test/docuchat-api@sha256:{new string('a', 64)}", text, StringComparison.Ordinal);
        Assert.Contains("name: docuchat-migrate-1-2-3", text, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(Repository.PathTo("deploy", "overlays"), ".release-*"));
    }

    [Theory]
    [InlineData("production", "latest", "is no version")]
    [InlineData("moon", "v1.2.3", "there is no overlay moon")]
    [InlineData("production", "v1.2.3", "not named by a digest")]
    public async Task Render_OfWhatCannotBeRepeated_IsRefused(string overlay, string version, string reason)
    {
        var images = await ImagesAsync(name => $"registry.test/docuchat-{name}:latest");

        var (exitCode, _, error) = await Tool.RunAsync(Script("render.sh"), [overlay, version, images], await KubectlAsync());

        Assert.NotEqual(0, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private async Task<string> ImagesAsync(Func<string, string> image)
    {
        var file = Path.Combine(_folder, "images.txt");
        await File.WriteAllLinesAsync(file, ((string[])["api", "ingestion", "billing", "web", "sandbox"]).Select(name => $"{name} {image(name)}"), TestContext.Current.CancellationToken);
        return file;
    }

    internal static async Task<Dictionary<string, string>> KubectlAsync()
    {
        var own = Path.Combine((await Tool.OutputAsync(Repository.PathTo("eng", "checkers.sh"))).Trim(), "kubectl");
        return new Dictionary<string, string> { ["KUBECTL"] = File.Exists(own) ? own : "kubectl" };
    }

    private Task<string> GitAsync(params string[] arguments) => Tool.OutputAsync("git", ["-C", _folder, "-c", "user.name=Test", "-c", "user.email=test@example.com", .. arguments]);
}

/// <summary>The smoke test, against the running system.</summary>
[Collection(RunningSystem.Collection)]
public sealed class SmokeTests(RunningSystem system)
{
    private static string Smoke => Repository.PathTo("deploy", "scripts", "smoke.sh");

    [Fact]
    public async Task Smoke_OfAHealthySystem_EndsWithACitedAnswer()
    {
        using var api = system.CreateClient(ResourceNames.Api);

        var (exitCode, _, error) = await Tool.RunAsync(Smoke, [api.BaseAddress!.ToString().TrimEnd('/')]);

        Assert.True(exitCode == 0, error);
        Assert.Contains("the answer cites the document", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_OfWhatIsNoApi_Fails()
    {
        using var prometheus = system.CreateClient(ResourceNames.Prometheus);

        var (exitCode, _, error) = await Tool.RunAsync(Smoke, [prometheus.BaseAddress!.ToString().TrimEnd('/')]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("not healthy", error, StringComparison.Ordinal);
    }
}
