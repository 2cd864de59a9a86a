using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using DocuChat.AppHost;
using DocuChat.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.Tests.AppHost;

/// <summary>
/// The real AppHost, started once for all tests that need the whole system: native, on random ports, in a folder of its own, with no key.
/// </summary>
public sealed class RunningSystem : IAsyncLifetime
{
    /// <summary>Name of the test collection that shares the system.</summary>
    public const string Collection = "the running system";

    /// <summary>What must become healthy. The migrator is missing here because it ends.</summary>
    public static readonly IReadOnlyList<string> Parts =
    [
        ResourceNames.Postgres,
        ResourceNames.Redis,
        ResourceNames.Prometheus,
        ResourceNames.Mail,
        ResourceNames.Sandbox,
        ResourceNames.Api,
        ResourceNames.Ingestion,
        ResourceNames.Billing,
        ResourceNames.Web,
    ];

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    private DistributedApplication? _application;

    public RunningSystem()
    {
        State = Path.Combine(Clone, ".data");
        Directory.CreateDirectory(Clone);
        File.WriteAllText(Path.Combine(Clone, "DocuChat.sln"), "");
    }

    /// <summary>What the clone is for its user: a command that is started here finds the running system by itself.</summary>
    public string Clone { get; } = TestServers.NewFolder("system");

    /// <summary>The clone's <c>.data</c>.</summary>
    public string State { get; }

    public DistributedApplication Application => _application ?? throw new InvalidOperationException("The system has not started.");

    public ResourceNotificationService Notifications => Application.Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>A client of a service's HTTP endpoint.</summary>
    public HttpClient CreateClient(string resource) => new() { BaseAddress = Application.GetEndpoint(resource, "http") };

    public async ValueTask InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.DocuChat_AppHost>(
            ["--DOCUCHAT_INFRASTRUCTURE=native", "--DOCUCHAT_PORTS=random", $"--DOCUCHAT_STATE={State}", "--OPENAI_API_KEY=", "--OPENAI_BASE_URL=", "--ZIBAL_API_KEY="]
        );
        _application = await builder.BuildAsync();
        using var tooLong = new CancellationTokenSource(_patience);
        await _application.StartAsync(tooLong.Token);
        await Task.WhenAll(Parts.Select(part => Notifications.WaitForResourceHealthyAsync(part, WaitBehavior.StopOnResourceUnavailable, tooLong.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync();
            await _application.DisposeAsync();
        }
        Directory.Delete(Clone, recursive: true);
    }
}

/// <summary>Test classes of this collection share one running system.</summary>
[CollectionDefinition(RunningSystem.Collection)]
public sealed class RunningSystemCollection : ICollectionFixture<RunningSystem>;
