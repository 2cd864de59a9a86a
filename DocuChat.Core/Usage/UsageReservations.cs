using DocuChat.Core.Usage.Budgets;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DocuChat.Core.Usage;

/// <summary>A call of a model that is about to be made, and the most that it may use.</summary>
/// <param name="TenantId">Who pays.</param>
/// <param name="UserId">Who asks; null for work that no person asked for.</param>
/// <param name="RequestId">The piece of work that it is made for.</param>
/// <param name="Kind">What for.</param>
/// <param name="Attempt">Which call of that work.</param>
/// <param name="Models">The model that is asked, and those that may answer in its place.</param>
/// <param name="TokensIn">Most tokens read.</param>
/// <param name="TokensOut">Most tokens written.</param>
/// <param name="BeganAt">When it begins: the month that it belongs to.</param>
public sealed record PlannedCall(Guid TenantId, Guid? UserId, Guid RequestId, CallKind Kind, int Attempt, IReadOnlyList<string> Models, int TokensIn, int TokensOut, DateTimeOffset BeganAt);

/// <summary>
/// Calls that are under way. Each is written in a transaction of its own before the call, if the tenant's budget allows it, follows the tokens that stream,
/// and is removed by the statement that writes the call into the ledger (<see cref="UsageLedger"/>): a crash in between leaves a visible row, never a silent
/// loss. One that nobody settles is settled by the billing worker after some minutes.
/// </summary>
public sealed class UsageReservations(NpgsqlDataSource source, PriceList prices, TimeProvider time, ILogger<UsageReservations> logger)
{
    /// <summary>Sets the most that the call may use aside. One round trip, and one transaction: what is checked is what is reserved.</summary>
    /// <returns>The reservation's id.</returns>
    /// <exception cref="BudgetException">The tenant has a budget that the call could pass; nothing was reserved.</exception>
    public async Task<Guid> ReserveAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        var cost = await CostAsync(call.Models, call.TokensIn, call.TokensOut, call.BeganAt, cancellationToken);
        await AdmitAsync(
            call.TenantId,
            new NpgsqlBatchCommand(
                $"""
                with verdict as (select * from admit_usage($2, $9, $5, $8, $11)),
                reserved as (
                    insert into usage_reservations (id, tenant_id, user_id, request_id, kind, attempt, model_asked, model, tokens_reserved, tokens_in, tokens_out, began_at, heartbeat_at, cost_reserved)
                    select $1, $2, $3, $4, $5, $6, $7, $7, $8, 0, 0, $9, $10, $11 from verdict where admitted
                )
                select m.admitted, m.asked, {BudgetMonth.Columns} from verdict m
                """
            )
            {
                Parameters =
                {
                    new() { Value = id },
                    new() { Value = call.TenantId },
                    new() { Value = (object?)call.UserId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                    new() { Value = call.RequestId },
                    new() { Value = call.Kind.ToString() },
                    new() { Value = call.Attempt },
                    new() { Value = call.Models[0] },
                    new() { Value = call.TokensIn + call.TokensOut },
                    new() { Value = call.BeganAt.ToUniversalTime() },
                    new() { Value = time.GetUtcNow() },
                    new() { Value = cost },
                },
            },
            cancellationToken
        );
        return id;
    }

    /// <summary>Asks, before anything is done for it, whether a call would be let in that uses at least this. Reserves nothing.</summary>
    /// <exception cref="BudgetException">It would not.</exception>
    public async Task RequireAsync(Guid tenantId, CallKind kind, string model, int tokensIn, int tokensOut, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cost = await CostAsync([model], tokensIn, tokensOut, now, cancellationToken);
        await AdmitAsync(
            tenantId,
            new NpgsqlBatchCommand($"select m.admitted, m.asked, {BudgetMonth.Columns} from admit_usage($1, $2, $3, $4, $5) m")
            {
                Parameters = { new() { Value = tenantId }, new() { Value = now }, new() { Value = kind.ToString() }, new() { Value = tokensIn + tokensOut }, new() { Value = cost } },
            },
            cancellationToken
        );
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

    /// <summary>Removes what is set aside for a piece of work that failed and so costs nothing. It never hides that failure behind one of its own.</summary>
    public async Task ReleaseAsync(Guid tenantId, Guid requestId, CallKind kind, CancellationToken cancellationToken)
    {
        await using var batch = Bound(tenantId);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand("delete from usage_reservations where tenant_id = $1 and request_id = $2 and kind = $3")
            {
                Parameters = { new() { Value = tenantId }, new() { Value = requestId }, new() { Value = kind.ToString() } },
            }
        );
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            // No token was counted on it, so the billing worker gives it back for nothing.
            Log.ReservationLeft(logger, requestId, failure);
        }
    }

    private async Task AdmitAsync(Guid tenantId, NpgsqlBatchCommand question, CancellationToken cancellationToken)
    {
        await using var batch = Bound(tenantId);
        batch.BatchCommands.Add(question);
        await using var verdict = await batch.ExecuteReaderAsync(cancellationToken);
        await verdict.ReadAsync(cancellationToken);
        if (!verdict.GetBoolean(0))
            throw new BudgetException(BudgetMonth.Read(verdict, 2), asked: verdict.GetDecimal(1));
    }

    // Whichever of them answers: the dearest.
    private async Task<decimal> CostAsync(IReadOnlyList<string> models, int tokensIn, int tokensOut, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var version = await prices.AtAsync(moment, cancellationToken);
        return models.Max(model => version.Cost(model, tokensIn, tokensOut));
    }

    // The commands of a batch are one implicit transaction, which the first of them binds to the tenant.
    private NpgsqlBatch Bound(Guid tenantId)
    {
        var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } });
        return batch;
    }
}
