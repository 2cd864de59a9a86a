using DocuChat.AppHost;
using DocuChat.Tests.AppHost;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Operations;

/// <summary>deploy.sh with the real kubectl against a stand-in of Kubernetes' API; the smoke test's Api is the running system's.</summary>
[Collection(RunningSystem.Collection)]
public sealed class DeployTests(RunningSystem system) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("docuchat-deploy").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Deploy_OfAVersionThatWorks_AppliesTriesAndSaysSo()
    {
        await using var kubernetes = await KubernetesApi.StartAsync();
        using var api = system.CreateClient(ResourceNames.Api);

        var (exitCode, output, error) = await DeployAsync(kubernetes, api.BaseAddress!.ToString().TrimEnd('/'));

        Assert.True(exitCode == 0, error);
        Assert.Contains("v1.2.3 runs in docuchat-prod", output, StringComparison.Ordinal);
        Assert.Contains("v1.2.3 runs", await File.ReadAllTextAsync(Path.Combine(_folder, "summary"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        const string migration = "/apis/batch/v1/namespaces/docuchat-prod/jobs/docuchat-migrate-1-2-3";
        Assert.Equal([migration], kubernetes.Deleted);
        Assert.Contains(migration, kubernetes.Applied);
        Assert.Contains("/apis/apps/v1/namespaces/docuchat-prod/deployments/api", kubernetes.Applied);
        Assert.Empty(kubernetes.Patched);
    }

    [Fact]
    public async Task Deploy_WhoseSmokeTestFails_IsRolledBack()
    {
        await using var kubernetes = await KubernetesApi.StartAsync();

        // What answers there is no DocuChat.
        var (exitCode, output, error) = await DeployAsync(kubernetes, kubernetes.Address);

        Assert.Equal(1, exitCode);
        Assert.Contains("v1.2.3 is rolled back", output, StringComparison.Ordinal);
        Assert.Equal(["api: before", "billing: before", "docuchat-billing: before", "ingestion: before", "web: before"], kubernetes.Patched.Order(StringComparer.Ordinal));
        Assert.Contains("not healthy", error, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output, string Error)> DeployAsync(KubernetesApi kubernetes, string url)
    {
        var images = Path.Combine(_folder, "images.txt");
        await File.WriteAllLinesAsync(
            images,
            ((string[])["api", "ingestion", "billing", "web", "sandbox"]).Select(name => $"{name} registry.test/docuchat-{name}@sha256:{new string('a', 64)}"),
            TestContext.Current.CancellationToken
        );
        var environment = await ReleaseScriptTests.KubectlAsync();
        environment["KUBECONFIG"] = await kubernetes.WriteConfigAsync(_folder);
        environment["KUBECACHEDIR"] = Path.Combine(_folder, "cache");
        environment["GITHUB_STEP_SUMMARY"] = Path.Combine(_folder, "summary");
        environment["ROLLOUT_SECONDS"] = "30";
        return await Tool.RunAsync(Repository.PathTo("deploy", "scripts", "deploy.sh"), ["production", "v1.2.3", images, url], environment);
    }
}
