using DocuChat.Core.Billing.Payments;
using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Billing.Sweeps;

/// <summary>
/// Asks the gateway, each minute, about payments whose payer has not come back: the browser may have closed, or our answer got lost. A payment
/// that is paid and not verified would be given back by the gateway after some minutes.
/// </summary>
internal sealed class PaymentSweep(IServiceScopeFactory scopes, TimeProvider time, ILogger<PaymentSweep> logger) : Sweep(TimeSpan.FromMinutes(1), time, logger)
{
    public override async Task OnceAsync(CancellationToken cancellationToken)
    {
        foreach (var attempt in await DueAsync(cancellationToken))
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope
                .ServiceProvider.GetRequiredService<InvoicePayments>()
                .SettleAsync(scope.ServiceProvider.GetRequiredService<DocuChatDbContext>(), attempt, swept: true, cancellationToken);
        }
    }

    private async Task<List<Guid>> DueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = Time.GetUtcNow();
        return await scope
            .ServiceProvider.GetRequiredService<DocuChatDbContext>()
            .PaymentAttempts.Where(attempt => attempt.CheckAt <= now)
            .OrderBy(attempt => attempt.CheckAt)
            .Select(attempt => attempt.Id)
            .Take(200)
            .ToListAsync(cancellationToken);
    }
}
