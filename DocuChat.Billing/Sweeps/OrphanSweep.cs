using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DocuChat.Billing.Sweeps;

/// <summary>
/// Settles reservations whose process died: at what had streamed until then, marked as estimated. One that had streamed nothing costs nothing. The
/// event begins when the call began; where that day is billed already, it is a late line of the next invoice.
/// </summary>
internal sealed class OrphanSweep(IServiceScopeFactory scopes, IOptions<BillingOptions> options, TimeProvider time, ILogger<OrphanSweep> logger) : Sweep(TimeSpan.FromMinutes(1), time, logger)
{
    public override async Task OnceAsync(CancellationToken cancellationToken)
    {
        while (await SettleOneAsync(cancellationToken)) { }
    }

    private async Task<bool> SettleOneAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<DocuChatDbContext>();
        var silentSince = Time.GetUtcNow() - options.Value.OrphanAfter;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var orphan = await database
            .UsageReservations.FromSql($"select * from usage_reservations where heartbeat_at < {silentSince} order by heartbeat_at limit 1 for update skip locked")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        if (orphan is null)
            return false;

        var call = new ModelCall(orphan.RequestId, orphan.Kind, orphan.Attempt, orphan.ModelAsked, orphan.Model, orphan.TokensIn, orphan.TokensOut, TokenSource.Estimated, orphan.BeganAt);
        // A chat's first token is what makes it cost something; embeddings have only tokens in.
        var isCharged = orphan.TokensOut > 0 || (orphan.TokensIn > 0 && orphan.Kind is CallKind.QuestionEmbedding or CallKind.IngestionEmbedding or CallKind.ClientEmbedding);
        var charge = isCharged ? await scope.ServiceProvider.GetRequiredService<UsageLedger>().AddAsync(database, orphan.TenantId, orphan.UserId, call, cancellationToken) : null;
        if (!isCharged)
            await database.UsageReservations.Where(reservation => reservation.Id == orphan.Id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        if (charge is { Added: true })
        {
            var slug = await scope.ServiceProvider.GetRequiredService<TenantSlugs>().OfAsync(orphan.TenantId, cancellationToken);
            scope.ServiceProvider.GetRequiredService<UsageMetrics>().Committed(slug, call);
            Log.OrphanSettled(logger, orphan.RequestId, orphan.TenantId, (long)call.TokensIn + call.TokensOut);
        }
        else
            Log.OrphanReleased(logger, orphan.RequestId, orphan.TenantId);
        return true;
    }
}
