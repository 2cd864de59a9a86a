using DocuChat.Core.Billing;
using DocuChat.Core.Notifications;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Core.Billing.Mails;

/// <summary>Writes the e-mails about an invoice into the outbox, for each owner of the tenant, in the caller's transaction.</summary>
public sealed class InvoiceMails(PayLinks links, TimeProvider time)
{
    /// <summary>A new invoice, with its pay link. Returns how many people get it.</summary>
    public async Task<int> QueueInvoiceAsync(DocuChatDbContext database, Invoice invoice, CancellationToken cancellationToken)
    {
        var tenant = await TenantOf(database, invoice, cancellationToken);
        var text = BillingText.Of(tenant.Language);
        var mail = new InvoiceMail(text, text.InvoiceSubject(invoice.Id, text.Tomans(invoice.Amount)), text.InvoiceIntroduction, tenant, invoice) { PayLink = links.To(invoice.Id) };
        return await QueueAsync(database, "invoice", invoice, mail, cancellationToken);
    }

    /// <summary>A payment has settled the invoice.</summary>
    public async Task<int> QueueReceiptAsync(DocuChatDbContext database, Invoice invoice, PaymentAttempt payment, CancellationToken cancellationToken)
    {
        var tenant = await TenantOf(database, invoice, cancellationToken);
        var text = BillingText.Of(tenant.Language);
        var mail = new InvoiceMail(text, text.ReceiptSubject(invoice.Id), text.ReceiptIntroduction, tenant, invoice) { Payment = payment };
        return await QueueAsync(database, "receipt", invoice, mail, cancellationToken);
    }

    /// <summary>The invoice is overdue: the chat is read-only from now on.</summary>
    public async Task<int> QueueReminderAsync(DocuChatDbContext database, Invoice invoice, CancellationToken cancellationToken)
    {
        var tenant = await TenantOf(database, invoice, cancellationToken);
        var text = BillingText.Of(tenant.Language);
        var mail = new InvoiceMail(text, text.ReminderSubject(invoice.Id), text.ReminderIntroduction, tenant, invoice) { PayLink = links.To(invoice.Id) };
        return await QueueAsync(database, "reminder", invoice, mail, cancellationToken);
    }

    private async Task<int> QueueAsync(DocuChatDbContext database, string kind, Invoice invoice, InvoiceMail mail, CancellationToken cancellationToken)
    {
        var owners = await database
            .Memberships.Where(membership => membership.TenantId == invoice.TenantId && membership.Role == MemberRole.Owner)
            .Select(membership => membership.User!.Email!)
            .ToListAsync(cancellationToken);
        foreach (var owner in owners)
            database.Notifications.Add(Outbox.Mail(invoice.TenantId, kind, $"{invoice.Id}", owner, mail.Subject, mail.ToText(), mail.ToHtml(), time.GetUtcNow()));
        return owners.Count;
    }

    private static async Task<Tenant> TenantOf(DocuChatDbContext database, Invoice invoice, CancellationToken cancellationToken) =>
        await database.Tenants.AsNoTracking().SingleAsync(tenant => tenant.Id == invoice.TenantId, cancellationToken);
}
