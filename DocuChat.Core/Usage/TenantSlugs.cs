using System.Collections.Concurrent;
using Npgsql;

namespace DocuChat.Core.Usage;

/// <summary>The slugs of tenants by their ids, for the labels of metrics. A slug never changes, so each is read once a process.</summary>
public sealed class TenantSlugs(NpgsqlDataSource source)
{
    private readonly ConcurrentDictionary<Guid, string> _known = new();

    /// <summary>The slug of the tenant.</summary>
    /// <exception cref="InvalidOperationException">There is no such tenant.</exception>
    public async ValueTask<string> OfAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(tenantId, out var known))
            return known;
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select slug from tenants where id = $1") { Parameters = { new() { Value = tenantId } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            throw new InvalidOperationException($"There is no tenant {tenantId}.");
        return _known[tenantId] = reader.GetString(0);
    }
}
