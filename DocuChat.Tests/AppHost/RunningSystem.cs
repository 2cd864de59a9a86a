using Aspire.Hosting;
using Aspire.Hosting.Testing;
using DocuChat.AppHost;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.AppHost;

/// <summary>The real AppHost, native, on random ports and with a state of its own; one for the tests that want the whole system.</summary>
public sealed class RunningSystem : IAsyncLifetime
{
    private static readonly TimeSpan _healthyWithin = TimeSpan.FromMinutes(5);
    private readonly string _state = TestServers.NewFolder("system");
    private DistributedApplication _application = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.DocuChat_AppHost>(
            [$"--DOCUCHAT_STATE={_state}", "--DOCUCHAT_PORTS=random", "--DOCUCHAT_INFRASTRUCTURE=native"],
            cancellationToken
        );
        _application = await builder.BuildAsync(cancellationToken);
        await _application.StartAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_healthyWithin);
        foreach (var resource in new[] { ResourceNames.Postgres, ResourceNames.Redis, ResourceNames.Prometheus, ResourceNames.Mail, ResourceNames.Sandbox, ResourceNames.Api, ResourceNames.Ingestion, ResourceNames.Billing, ResourceNames.Web })
            await _application.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token);
    }

    /// <summary>Where a part of the system listens.</summary>
    public Uri Address(string resource) => _application.GetEndpoint(resource, "http");

    public HttpClient CreateClient(string resource) => new() { BaseAddress = Address(resource) };

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
            await _application.DisposeAsync();
        if (Directory.Exists(_state))
            Directory.Delete(_state, recursive: true);
    }
}
