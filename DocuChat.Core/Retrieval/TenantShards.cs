using Npgsql;

namespace DocuChat.Core.Retrieval;

/// <summary>
/// Moves a tenant that has become large from its shared shard to one of its own with an HNSW index. A shared index would lose results silently, because a tenant's
/// filter cuts the graph; a graph of one's own has none.
/// </summary>
public sealed class TenantShards(NpgsqlDataSource database)
{
    /// <summary>The lowest shard that belongs to one tenant.</summary>
    public const int FirstOwn = 1000;

    /// <summary>Vectors from which the index is faster than the scan: measured, see docs/decisions/vector-shards.md.</summary>
    public const int PromotionSize = 3000;

    /// <summary>Vectors from which a tenant is moved although more of its documents wait: until then a load of many documents is not slowed by a graph that grows a vector at a time.</summary>
    private const int LargestScanned = 4 * PromotionSize;

    /// <summary>Whether a shard belongs to one tenant.</summary>
    public static bool IsOwn(int shard) => shard >= FirstOwn;

    /// <summary>Moves the tenant if it is large, still in a shared shard, and not in the middle of a load.</summary>
    /// <returns>Whether it was moved now.</returns>
    public async Task<bool> PromoteAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await LargestModelAsync(connection, tenantId, cancellationToken) is not { } model)
            return false;

        // By itself, so that the lock that attaching a partition takes is held for a moment only.
        await using var create = new NpgsqlCommand("select add_vector_shard()", connection);
        var shard = (int)(await create.ExecuteScalarAsync(cancellationToken))!;

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var move = new NpgsqlBatch(connection, transaction)
        {
            // The index takes as long as there are vectors; a limit would make each later attempt fail like the first.
            Timeout = 0,
            BatchCommands =
            {
                new("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } },
                // Waits for those who publish in the old shard, and makes later ones see the new one.
                new("select shard from tenants where id = $1 for update") { Parameters = { new() { Value = tenantId } } },
                new("update chunk_embeddings set shard = $2 where tenant_id = $1 and shard = (select shard from tenants where id = $1) and shard < $3")
                {
                    Parameters = { new() { Value = tenantId }, new() { Value = shard }, new() { Value = FirstOwn } },
                },
                new("update tenants set shard = $2 where id = $1 and shard < $3")
                {
                    Parameters = { new() { Value = tenantId }, new() { Value = shard }, new() { Value = FirstOwn } },
                },
                // Over all rows at once, which takes a fraction of the time that it takes one by one.
                new("select create_vector_index($1, $2)") { Parameters = { new() { Value = shard }, new() { Value = model } } },
            },
        };
        await move.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The model that most of a large tenant's vectors are of; null when the tenant is not large or has a shard of its own.</summary>
    private static async Task<int?> LargestModelAsync(NpgsqlConnection connection, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } },
                new(
                    """
                    select model_id from chunk_embeddings
                    where tenant_id = $1 and shard = (select shard from tenants where id = $1 and shard < $2)
                    group by model_id
                    having count(*) >= $4
                        or count(*) >= $3 and not exists (select from documents where tenant_id = $1 and status not in ('Ready', 'Failed', 'Cancelled'))
                    order by count(*) desc limit 1
                    """
                )
                {
                    Parameters = { new() { Value = tenantId }, new() { Value = FirstOwn }, new() { Value = PromotionSize }, new() { Value = LargestScanned } },
                },
            },
        };
        return await batch.ExecuteScalarAsync(cancellationToken) as int?;
    }
}
