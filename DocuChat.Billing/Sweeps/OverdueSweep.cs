using DocuChat.Core.Billing;
using DocuChat.Core.Billing.Mails;
using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Billing.Sweeps;

/// <summary>Turns invoices past their due date overdue and reminds the owners, in one transaction each. From then on the tenant's chat is read-only (<see cref="TenantStanding"/>).</summary>
internal sealed class OverdueSweep(IServiceScopeFactory scopes, TimeProvider time, ILogger<OverdueSweep> logger) : Sweep(TimeSpan.FromMinutes(1), time, logger)
{
    public override async Task OnceAsync(CancellationToken cancellationToken)
    {
        while (await RemindOneAsync(cancellationToken)) { }
    }

    private async Task<bool> RemindOneAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<DocuChatDbContext>();
        var now = Time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var invoice = await database
            .Invoices.FromSql($"select * from tenant_invoice where status = 'pending' and due_at <= {now} order by due_at limit 1 for update skip locked")
            .SingleOrDefaultAsync(cancellationToken);
        if (invoice is null)
            return false;
        invoice.Status = InvoiceStatus.Overdue;
        await scope.ServiceProvider.GetRequiredService<InvoiceMails>().QueueReminderAsync(database, invoice, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.InvoiceOverdue(logger, invoice.Id, invoice.TenantId);
        return true;
    }
}
