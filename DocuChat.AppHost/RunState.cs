using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DocuChat.AppHost;

/// <summary>
/// Leaves <c>run.env</c> for what is started beside the running system: this process and the ports from the start, the connections of a
/// service once everything is healthy. What does not come up ends the run, with the last lines that it wrote.
/// </summary>
internal sealed class RunState(
    Settings settings,
    StartedResources resources,
    DistributedApplicationExecutionContext context,
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    IHostApplicationLifetime lifetime,
    ILogger<RunState> logger
) : BackgroundService
{
    private int _failures;

    private string RunFile => Path.Combine(settings.State, "run.env");

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Write([]);
        lifetime.ApplicationStopped.Register(() => File.Delete(RunFile));
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(resources.Select(resource => BringUpAsync(resource, stoppingToken)));
            if (_failures == 0)
                Write([.. await ConnectionsAsync(stoppingToken), "DOCUCHAT_READY=yes"]);
        }
        catch (OperationCanceledException)
        {
            // The run ends.
        }
    }

    private async Task BringUpAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            if (resource.Name != ResourceNames.Migrate)
                await WaitUntilHealthyAsync(resource, cancellationToken);
            else if (await ExitCodeAsync(resource, cancellationToken) is not 0)
                await FailAsync(resource, cancellationToken);
        }
        catch (DistributedApplicationException)
        {
            await FailAsync(resource, cancellationToken);
        }
    }

    /// <summary>Aspire asks a service that is not healthy yet again after one second, then two, then three; asked by ourselves as well, it is known at once.</summary>
    private async Task WaitUntilHealthyAsync(IResource resource, CancellationToken cancellationToken)
    {
        using var known = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var aspire = notifications.WaitForResourceHealthyAsync(resource.Name, WaitBehavior.StopOnResourceUnavailable, known.Token);
        await await Task.WhenAny(resource is ProjectResource ? [aspire, AnswersAsync(resource.Name, known.Token)] : [aspire]);
        await known.CancelAsync();
    }

    private async Task AnswersAsync(string service, CancellationToken cancellationToken)
    {
        // No time limit: it would look like the end of the run. Where an answer hangs, Aspire's own checks still decide.
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{settings.Port(service)}"), Timeout = Timeout.InfiniteTimeSpan };
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("/health", cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
        }
    }

    private async Task<int?> ExitCodeAsync(IResource resource, CancellationToken cancellationToken)
    {
        var end = await notifications.WaitForResourceAsync(resource.Name, change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), cancellationToken);
        return end.Snapshot.ExitCode;
    }

    private async Task FailAsync(IResource resource, CancellationToken cancellationToken)
    {
        // Those that waited for it fail as well; the first is the cause.
        if (Interlocked.Increment(ref _failures) > 1)
            return;
        List<string> written = [];
        await foreach (var lines in logs.GetAllAsync(resource).WithCancellation(cancellationToken))
            written.AddRange(lines.Select(line => line.Content));
        await Console.Error.WriteLineAsync($"docuchat: {resource.Name} did not start. {StartFailure.Explain(written)}");
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    /// <summary>What a service is told of databases, models and addresses: a command beside the system works with the same.</summary>
    private async Task<IReadOnlyList<string>> ConnectionsAsync(CancellationToken cancellationToken)
    {
        SortedDictionary<string, string> connections = [];
        foreach (var service in resources.Where(resource => resource.Name is ResourceNames.Api or ResourceNames.Billing))
        {
            var configuration = await ExecutionConfigurationBuilder.Create(service).WithEnvironmentVariablesConfig().BuildAsync(context, logger, cancellationToken);
            foreach (var (key, value) in configuration.EnvironmentVariables.Where(variable => IsConnection(variable.Key)))
                connections[key] = $"{key}='{value}'";
        }
        return [.. connections.Values];
    }

    private static bool IsConnection(string key) =>
        key.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        || key.StartsWith("Models__", StringComparison.Ordinal)
        || key is "OPENAI_API_KEY" or "ZIBAL_API_KEY"
        || (key.EndsWith("_URL", StringComparison.Ordinal) && !key.StartsWith("ASP", StringComparison.Ordinal));

    private void Write(IReadOnlyList<string> lines)
    {
        var text = new StringBuilder("# Written by the running system, removed when it ends.\n");
        text.Append(CultureInfo.InvariantCulture, $"DOCUCHAT_PROCESS={Environment.ProcessId}\n");
        foreach (var (name, port) in settings.Ports)
            text.Append(CultureInfo.InvariantCulture, $"DOCUCHAT_{name.ToUpperInvariant()}_PORT={port}\n");
        text.AppendJoin('\n', lines).Append('\n');
        Settings.WritePrivate(RunFile, text.ToString());
    }
}

internal static class RunStateExtensions
{
    public static void AddRunState(this IDistributedApplicationBuilder builder, Settings settings)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return;
        // Now: on its way to start, Aspire adds resources of its own. Those with an explicit start are commands of the dashboard.
        var resources = new StartedResources(
            builder.Resources.Where(resource => resource is (ProjectResource or ExecutableResource or ContainerResource) && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
        );
        builder.Services.AddSingleton(settings).AddSingleton(resources).AddHostedService<ResourceLogs>().AddHostedService<RunState>();
    }
}

/// <summary>The resources that are processes or containers; the rest are values.</summary>
internal sealed class StartedResources(IEnumerable<IResource> resources) : List<IResource>(resources);
