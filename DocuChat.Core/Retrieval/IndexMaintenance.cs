using System.Threading.Channels;
using DocuChat.Core.Retrieval.Lexical;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DocuChat.Core.Retrieval;

/// <summary>
/// Keeps a tenant's indexes in shape after it published: merges its lexical segments and gives it a vector shard of its own once it is large. It runs beside
/// publishing and is allowed to die at any moment: what was left undone is done after the tenant's next publication.
/// </summary>
public sealed class IndexMaintenance(NpgsqlDataSource database, TenantShards shards, RetrievalMetrics metrics, TimeProvider time, ILogger<IndexMaintenance> logger) : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Guid> _waiting = Channel.CreateBounded<Guid>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SegmentMerger _merger = new(database);

    /// <summary>Notes that a tenant has published. Never waits; when very many wait already, the tenant's next publication will do.</summary>
    public void Published(Guid tenantId) => _waiting.Writer.TryWrite(tenantId);

    /// <summary>Does all that a tenant's indexes need now.</summary>
    public async Task MaintainAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        while (await _merger.MergeAsync(tenantId, cancellationToken))
            metrics.Maintained("merge", "done");
        if (await shards.PromoteAsync(tenantId, cancellationToken))
        {
            metrics.Maintained("promotion", "done");
            Log.Promoted(logger, tenantId);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var tenants = new HashSet<Guid>();
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            // A tenant that published a hundred times meanwhile is looked at once.
            while (_waiting.Reader.TryRead(out var tenant))
                tenants.Add(tenant);
            foreach (var tenant in tenants)
            {
                try
                {
                    await MaintainAsync(tenant, stoppingToken);
                }
                catch (Exception failure) when (failure is NpgsqlException or InvalidDataException or TimeoutException)
                {
                    metrics.Maintained("any", "failed");
                    Log.MaintenanceFailed(logger, tenant, failure);
                }
            }
            tenants.Clear();
            // Where documents come by the hundred, one look serves many of them.
            await Task.Delay(_pause, time, stoppingToken);
        }
    }
}
