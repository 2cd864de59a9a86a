using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace DocuChat.AppHost;

/// <summary>Copies what each resource writes to a file of its own under <c>logs</c>, beside the dashboard, which forgets it when the run ends.</summary>
internal sealed class ResourceLogs(Settings settings, StartedResources resources, ResourceNotificationService notifications, ResourceLoggerService logs) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(settings.State, "logs")).FullName;
        ConcurrentDictionary<string, Task> copies = [];
        try
        {
            // A resource's process gets its id late, and a new one when it is restarted.
            await foreach (var change in notifications.WatchAsync(stoppingToken))
            {
                if (resources.Contains(change.Resource) && !copies.ContainsKey(change.ResourceId))
                    copies[change.ResourceId] = CopyAsync(change.ResourceId, Path.Combine(folder, $"{change.Resource.Name}.log"), stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The run ends.
        }
        await Task.WhenAll(copies.Values);
    }

    private async Task CopyAsync(string resourceId, string path, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        await using var file = new StreamWriter(path, options) { AutoFlush = true };
        try
        {
            await foreach (var lines in logs.WatchAsync(resourceId).WithCancellation(cancellationToken))
            {
                foreach (var line in lines)
                    await file.WriteLineAsync(line.Content);
            }
        }
        catch (OperationCanceledException)
        {
            // The run ends.
        }
    }
}
