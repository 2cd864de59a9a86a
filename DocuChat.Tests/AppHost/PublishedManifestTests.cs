using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocuChat.AppHost;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.AppHost;

/// <summary>What Aspirate reads: only kinds that it knows, nothing of a developer's machine, every expression with an end.</summary>
public sealed partial class PublishedManifestTests(PublishedManifest manifest) : IClassFixture<PublishedManifest>
{
    private static readonly string[] _services = [ResourceNames.Api, ResourceNames.Ingestion, ResourceNames.Billing, ResourceNames.Web];

    [Fact]
    public void Resources_AreOfKindsThatAspirateKnows()
    {
        string[] known = ["project.v0", "container.v0", "container.v1", "dockerfile.v0", "parameter.v0", "value.v0"];

        Assert.Empty(manifest.Resources.Where(resource => !known.Contains(resource.Value.GetProperty("type").GetString())).Select(resource => resource.Key));
    }

    [Fact]
    public void Resources_AreTheClustersAndNoDevelopersTool()
    {
        string[] expected = [.. _services, ResourceNames.Postgres, ResourceNames.Redis, ResourceNames.Prometheus, ResourceNames.Grafana];

        var started = manifest.Resources.Where(resource => resource.Value.GetProperty("type").GetString() is "project.v0" or "container.v0").Select(resource => resource.Key);

        Assert.Equal(expected.Order(), started.Order());
    }

    [Fact]
    public void Images_ArePinned()
    {
        var images = manifest.Resources.Values.Where(resource => resource.TryGetProperty("image", out _)).Select(resource => resource.GetProperty("image").GetString()!).ToList();

        Assert.Contains(images, image => image.EndsWith("pgvector/pgvector:pg16", StringComparison.Ordinal));
        Assert.Contains(images, image => image.EndsWith("redis:7-alpine", StringComparison.Ordinal));
        Assert.All(images, image => Assert.Matches(@":(?!latest$)[\w.-]+$", image));
    }

    [Fact]
    public void Containers_KeepTheirDataInVolumes_AndMountNoFolderOfThisMachine()
    {
        foreach (var name in (string[])[ResourceNames.Postgres, ResourceNames.Redis, ResourceNames.Prometheus, ResourceNames.Grafana])
        {
            Assert.Single(manifest.Resources[name].GetProperty("volumes").EnumerateArray());
            // A bind mount would be dropped on the way to Kubernetes, silently.
            Assert.False(manifest.Resources[name].TryGetProperty("bindMounts", out _));
        }
    }

    [Fact]
    public void Services_HaveOneHttpEndpointWithoutAPortOfItsOwn()
    {
        foreach (var service in _services)
        {
            var binding = Assert.Single(manifest.Resources[service].GetProperty("bindings").EnumerateObject());
            Assert.Equal("http", binding.Name);
            Assert.Equal("http", binding.Value.GetProperty("scheme").GetString());
            Assert.False(binding.Value.TryGetProperty("port", out _));
        }
    }

    [Fact]
    public void Services_AreToldTheirDatabases()
    {
        Assert.Equal("{docuchat.connectionString}", Environment(ResourceNames.Api, "ConnectionStrings__docuchat"));
        Assert.Equal("{redis-connection.connectionString}", Environment(ResourceNames.Api, "ConnectionStrings__redis"));
        Assert.Equal("{docuchat.connectionString}", Environment(ResourceNames.Billing, "ConnectionStrings__docuchat"));
        Assert.Equal("{api.bindings.http.url}", Environment(ResourceNames.Web, "services__api__http__0"));
        Assert.Null(Environment(ResourceNames.Web, "ConnectionStrings__docuchat"));
    }

    [Fact]
    public void Secrets_OtherThanTheDatabasesPassword_AreLeftToTheOverlay()
    {
        var parameters = manifest.Resources.Where(resource => resource.Value.GetProperty("type").GetString() == "parameter.v0").Select(resource => resource.Key);

        Assert.Equal(["postgres-password"], parameters);
        Assert.All(_services, service => Assert.Null(Environment(service, "JWT_SECRET")));
    }

    [Fact]
    public void Expressions_ReferToWhatTheManifestHolds()
    {
        foreach (Match expression in Expression().Matches(manifest.Text))
        {
            Assert.True(manifest.Resources.TryGetValue(expression.Groups["resource"].Value, out var resource), $"{expression.Value} refers to nothing.");
            var path = expression.Groups["path"].Value.Split('.');
            if (path is ["bindings", var binding, _])
                Assert.True(resource.GetProperty("bindings").TryGetProperty(binding, out _), $"{expression.Value} refers to no binding.");
            else if (path is ["connectionString"])
                Assert.True(resource.TryGetProperty("connectionString", out _), $"{expression.Value} refers to no connection string.");
        }
    }

    private string? Environment(string resource, string key) =>
        manifest.Resources[resource].GetProperty("env").TryGetProperty(key, out var value) ? value.GetString() : null;

    [GeneratedRegex(@"\{(?<resource>[a-z][a-z0-9-]*)\.(?<path>[A-Za-z0-9.]+)\}")]
    private static partial Regex Expression();
}

/// <summary>The manifest, written by the AppHost's own program as Aspirate has it written.</summary>
public sealed class PublishedManifest : IAsyncLifetime
{
    private readonly string _folder = TestServers.NewFolder("manifest");

    public string Text { get; private set; } = "";

    public IReadOnlyDictionary<string, JsonElement> Resources { get; private set; } = new Dictionary<string, JsonElement>();

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(Directory.CreateDirectory(_folder).FullName, "manifest.json");
        // Built beside the tests, in the same configuration.
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Repository.PathTo("DocuChat.AppHost", "bin", output.Parent!.Name, output.Name, "DocuChat.AppHost.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[program, "--publisher", "manifest", "--output-path", file])
            start.ArgumentList.Add(argument);

        using var publish = Process.Start(start)!;
        var written = publish.StandardOutput.ReadToEndAsync();
        var error = publish.StandardError.ReadToEndAsync();
        await publish.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(publish.ExitCode == 0, $"Publishing ended with {publish.ExitCode}: {await written}{await error}");

        Text = await File.ReadAllTextAsync(file);
        using var json = JsonDocument.Parse(Text);
        Resources = json.RootElement.GetProperty("resources").EnumerateObject().ToDictionary(resource => resource.Name, resource => resource.Value.Clone());
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
