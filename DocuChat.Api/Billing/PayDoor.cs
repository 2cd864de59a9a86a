using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Billing;

/// <summary>Lets a payer in who has not signed in: by the token of a pay link, or by the gateway's number. Binds the request to the tenant it is about.</summary>
internal sealed class PayDoor(DocuChatDbContext database, TenantContext tenant, PayLinks links)
{
    /// <summary>The invoice that a link is for, or null; and what the link says.</summary>
    public async Task<(PayLinkState State, Invoice? Invoice, Tenant? Tenant)> ByTokenAsync(string token, CancellationToken cancellationToken)
    {
        var state = links.Read(token, out var id);
        if (state == PayLinkState.Forged)
            return (state, null, null);
        var owners = await database.Database.SqlQuery<Guid>($"select tenant_id as \"Value\" from find_invoice({id})").ToListAsync(cancellationToken);
        if (owners is not [var owner])
            return (PayLinkState.Forged, null, null);
        tenant.Use(owner);
        return (state, await database.Invoices.AsNoTracking().SingleAsync(invoice => invoice.Id == id, cancellationToken), await TenantAsync(cancellationToken));
    }

    /// <summary>The attempt that the gateway's number is for, or null.</summary>
    public async Task<(Guid Attempt, long Invoice)?> ByTrackAsync(long track, CancellationToken cancellationToken)
    {
        var found = await database.Database.SqlQuery<FoundPayment>($"select id, tenant_id, invoice_id from find_payment({track})").ToListAsync(cancellationToken);
        if (found is not [var payment])
            return null;
        tenant.Use(payment.TenantId);
        return (payment.Id, payment.InvoiceId);
    }

    /// <summary>The tenant that the request is bound to.</summary>
    public Task<Tenant> TenantAsync(CancellationToken cancellationToken) => database.Tenants.AsNoTracking().SingleAsync(row => row.Id == tenant.Required, cancellationToken);

    private sealed record FoundPayment(Guid Id, Guid TenantId, long InvoiceId);
}
