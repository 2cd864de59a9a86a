using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DocuChat.Core.Usage;

/// <summary>
/// Calls that are under way. Each is written in a transaction of its own before the call, follows the tokens that stream, and is removed by
/// the transaction that writes the call into the ledger: a crash in between leaves a visible row, never a silent loss.
/// </summary>
public sealed class UsageReservations(NpgsqlDataSource source, TimeProvider time)
{
    /// <summary>Sets <paramref name="tokens"/> aside for a call that is about to be made.</summary>
    /// <returns>The reservation's id.</returns>
    public async Task<Guid> ReserveAsync(Guid tenantId, Guid? userId, Guid requestId, CallKind kind, int attempt, string modelAsked, int tokens, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        var now = time.GetUtcNow();
        await using var batch = Bound(tenantId);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(
                """
                insert into usage_reservations (id, tenant_id, user_id, request_id, kind, attempt, model_asked, model, tokens_reserved, tokens_in, tokens_out, began_at, heartbeat_at)
                values ($1, $2, $3, $4, $5, $6, $7, $7, $8, 0, 0, $9, $9)
                """
            )
            {
                Parameters =
                {
                    new() { Value = id },
                    new() { Value = tenantId },
                    new() { Value = (object?)userId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
                    new() { Value = requestId },
                    new() { Value = kind.ToString() },
                    new() { Value = attempt },
                    new() { Value = modelAsked },
                    new() { Value = tokens },
                    new() { Value = now },
                },
            }
        );
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return id;
    }

    /// <summary>Says that the call lives, which model answers, and how many tokens it has used so far: what it would be settled at if this process died now.</summary>
    public async Task HeartbeatAsync(Guid tenantId, Guid reservationId, string model, int tokensIn, int tokensOut, CancellationToken cancellationToken)
    {
        await using var batch = Bound(tenantId);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand("update usage_reservations set model = $2, tokens_in = $3, tokens_out = $4, heartbeat_at = $5 where id = $1")
            {
                Parameters = { new() { Value = reservationId }, new() { Value = model }, new() { Value = tokensIn }, new() { Value = tokensOut }, new() { Value = time.GetUtcNow() } },
            }
        );
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Removes the reservation of a call that is written into the ledger by the same transaction of <paramref name="database"/>.</summary>
    public static Task SettleAsync(DocuChatDbContext database, Guid reservationId, CancellationToken cancellationToken) =>
        database.UsageReservations.Where(reservation => reservation.Id == reservationId).ExecuteDeleteAsync(cancellationToken);

    /// <summary>Removes the reservation of a call that failed before its first token and so costs nothing.</summary>
    public async Task ReleaseAsync(Guid tenantId, Guid reservationId, CancellationToken cancellationToken)
    {
        await using var batch = Bound(tenantId);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from usage_reservations where id = $1") { Parameters = { new() { Value = reservationId } } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // The commands of a batch are one implicit transaction, which the first of them binds to the tenant.
    private NpgsqlBatch Bound(Guid tenantId)
    {
        var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } });
        return batch;
    }
}
