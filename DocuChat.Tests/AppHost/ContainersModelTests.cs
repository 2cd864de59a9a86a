using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using DocuChat.AppHost;
using DocuChat.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.Tests.AppHost;

/// <summary>The model of a run with a container engine. It is built, not started: whether images run is for a machine that has an engine.</summary>
public sealed class ContainersModelTests(ContainersModel model) : IClassFixture<ContainersModel>
{
    [Theory]
    [InlineData(ResourceNames.Postgres, "pgvector/pgvector", "pg16", "/var/lib/postgresql/data")]
    [InlineData(ResourceNames.Redis, "redis", "7-alpine", "/data")]
    [InlineData(ResourceNames.Prometheus, "prom/prometheus", "v3.5.0", "/prometheus")]
    [InlineData(ResourceNames.Grafana, "grafana/grafana", "12.1.0", "/var/lib/grafana")]
    public void Container_RunsAPinnedImage_AndKeepsItsData(string name, string image, string tag, string data)
    {
        var container = model.Resource(name);

        var annotation = Assert.Single(container.Annotations.OfType<ContainerImageAnnotation>());
        Assert.Equal((image, tag), (annotation.Image, annotation.Tag));
        Assert.Contains(container.Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Type == ContainerMountType.Volume && mount.Target == data);
        Assert.NotEmpty(container.Annotations.OfType<HealthCheckAnnotation>());
    }

    [Fact]
    public void MailSink_IsAPinnedImageWithoutData() =>
        Assert.Equal("3.15.0", Assert.Single(model.Resource(ResourceNames.Mail).Annotations.OfType<ContainerImageAnnotation>()).Tag);

    [Fact]
    public void Prometheus_IsGivenTheConfigurationWithThisRunsPorts()
    {
        var mount = Assert.Single(model.Resource(ResourceNames.Prometheus).Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Target == "/etc/prometheus/prometheus.yml");
        var api = Assert.Single(model.Resource(ResourceNames.Api).Annotations.OfType<EndpointAnnotation>());

        Assert.Contains($"host.docker.internal:{api.Port}", File.ReadAllText(mount.Source!), StringComparison.Ordinal);
    }

    [Fact]
    public void Prometheus_IsGivenTheRules_AndGrafanaItsDashboards()
    {
        Assert.True(File.Exists(Path.Combine(FolderAt(ResourceNames.Prometheus, "/etc/prometheus/rules"), "alerts.yml")));
        Assert.True(File.Exists(Path.Combine(FolderAt(ResourceNames.Grafana, "/etc/grafana/provisioning"), "dashboards", "backend-overview.json")));
        Assert.True(File.Exists(Path.Combine(FolderAt(ResourceNames.Grafana, "/etc/grafana/provisioning"), "datasources", "prometheus.yml")));

        string FolderAt(string name, string target) => Assert.Single(model.Resource(name).Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Target == target).Source!;
    }

    [Fact]
    public void NothingOfThisMachine_RunsAsAServer() =>
        Assert.DoesNotContain(model.Resources, resource => resource is ExecutableResource && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>());

    [Fact]
    public async Task Services_GetTheSameNamesAsInAnyOtherWay()
    {
        var api = await model.EnvironmentAsync(ResourceNames.Api);

        Assert.Contains("ConnectionStrings__docuchat", api.Keys);
        Assert.Contains("ConnectionStrings__redis", api.Keys);
        Assert.Contains("OPENAI_BASE_URL", api.Keys);
        Assert.Contains("JWT_SECRET", api.Keys);
        Assert.Contains("ZIBAL_BASE_URL", (await model.EnvironmentAsync(ResourceNames.Billing)).Keys);
        Assert.Contains("services__api__http__0", (await model.EnvironmentAsync(ResourceNames.Web)).Keys);
    }
}

public sealed class ContainersModel : IAsyncLifetime
{
    private readonly string _state = TestServers.NewFolder("containers");
    private DistributedApplication? _application;

    public IResourceCollection Resources { get; private set; } = null!;

    public IResource Resource(string name) => Resources.Single(resource => resource.Name == name);

    /// <summary>What a service will be told, by key; the values are not resolved, because nothing runs.</summary>
    public async Task<IReadOnlyDictionary<string, object>> EnvironmentAsync(string name)
    {
        var context = new EnvironmentCallbackContext(_application!.Services.GetRequiredService<DistributedApplicationExecutionContext>(), Resource(name));
        foreach (var callback in Resource(name).Annotations.OfType<EnvironmentCallbackAnnotation>())
            await callback.Callback(context);
        return context.EnvironmentVariables;
    }

    public async ValueTask InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.DocuChat_AppHost>(
            ["--DOCUCHAT_INFRASTRUCTURE=containers", "--DOCUCHAT_PORTS=random", $"--DOCUCHAT_STATE={_state}", "--OPENAI_API_KEY=", "--OPENAI_BASE_URL=", "--ZIBAL_API_KEY="]
        );
        Resources = builder.Resources;
        _application = await builder.BuildAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
            await _application.DisposeAsync();
        if (Directory.Exists(_state))
            Directory.Delete(_state, recursive: true);
    }
}
