using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DocuChat.Core.Usage;

/// <summary>
/// Reads, every few seconds, which tenants there are and how many chunks each has stored. So every process shows every tenant's series
/// from its start, also of tenants that another process registered, and the number of chunks survives a restart.
/// </summary>
internal sealed class TenantSeries(NpgsqlDataSource source, UsageMetrics metrics, TimeProvider time, ILogger<TenantSeries> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                // The database may be away for a moment; the values stay as they were.
                Log.TenantsUnread(logger, failure);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select slug, chunks from tenant_chunk_counts()");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var slug = reader.GetString(0);
            metrics.TenantSeen(slug);
            metrics.ChunksStored(slug, reader.GetInt64(1));
        }
    }
}
