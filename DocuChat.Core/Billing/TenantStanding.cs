using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Core.Billing;

/// <summary>May a tenant use what it has? Read from its invoices each time, so it is right from the moment that a payment is.</summary>
public static class TenantStanding
{
    /// <summary>True while an invoice is overdue: the tenant may read everything and pay, and ask nothing new. One look into an index of the overdue.</summary>
    public static Task<bool> IsReadOnlyAsync(DocuChatDbContext database, Guid tenantId, CancellationToken cancellationToken) =>
        database.Invoices.AnyAsync(invoice => invoice.TenantId == tenantId && invoice.Status == InvoiceStatus.Overdue, cancellationToken);
}
