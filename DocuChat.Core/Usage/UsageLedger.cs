using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Core.Usage;

/// <summary>Writes the ledger, which is the source of every bill.</summary>
public sealed class UsageLedger(PriceList prices, TimeProvider time)
{
    /// <summary>
    /// Puts the call and its share of the sums into the caller's transaction, so that a call is charged if and only if its fruit is
    /// stored, and gives back what was reserved for it. A repeat of the same call changes nothing. After the commit the caller counts it with <see cref="UsageMetrics.Committed"/>.
    /// </summary>
    /// <param name="database">A context bound to the tenant, with the caller's transaction open.</param>
    /// <param name="tenantId">Who pays.</param>
    /// <param name="userId">Who asked; null for work that no person asked for.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>Its price, and whether this writing added it.</returns>
    public async Task<Charge> AddAsync(DocuChatDbContext database, Guid tenantId, Guid? userId, ModelCall call, CancellationToken cancellationToken)
    {
        var version = await prices.AtAsync(call.BeganAt, cancellationToken);
        var cost = version.Cost(call.Model, call.TokensIn, call.TokensOut);
        var began = call.BeganAt.ToUniversalTime();
        var quarter = new DateTimeOffset(began.Ticks - began.Ticks % (15 * TimeSpan.TicksPerMinute), TimeSpan.Zero);
        // One statement: the sums grow only if the event was new, whatever runs beside it, and no budget ever sees the call twice or not at all.
        var rows = await database.Database.ExecuteSqlAsync(
            $"""
            with settled as (
                delete from usage_reservations where tenant_id = {tenantId} and request_id = {call.RequestId} and kind = {call.Kind.ToString()} and attempt = {call.Attempt}
            ),
            added as (
                insert into usage_events (tenant_id, user_id, request_id, kind, attempt, model_asked, model, tokens_in, tokens_out, token_source, price_version, cost_tomans, began_at, created_at)
                values ({tenantId}, {userId}, {call.RequestId}, {call.Kind.ToString()}, {call.Attempt}, {call.ModelAsked}, {call.Model}, {call.TokensIn}, {call.TokensOut},
                        {call.TokenSource.ToString()}, {version.Version}, {cost}, {began}, {time.GetUtcNow()})
                on conflict (tenant_id, request_id, kind, attempt) do nothing
                returning 1
            )
            insert into usage_rollups as r (tenant_id, quarter, user_id, kind, model, calls, tokens_in, tokens_out, cost_tomans)
            select {tenantId}, {quarter}, {userId ?? Guid.Empty}, {call.Kind.ToString()}, {call.Model}, 1, {call.TokensIn}, {call.TokensOut}, {cost}
            from added
            on conflict (tenant_id, quarter, user_id, kind, model) do update
            set calls = r.calls + 1, tokens_in = r.tokens_in + excluded.tokens_in, tokens_out = r.tokens_out + excluded.tokens_out, cost_tomans = r.cost_tomans + excluded.cost_tomans
            """,
            cancellationToken
        );
        return new Charge(version.Version, cost, Added: rows > 0);
    }
}
