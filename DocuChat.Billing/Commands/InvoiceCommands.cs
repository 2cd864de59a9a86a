using System.CommandLine;
using System.Globalization;
using DocuChat.Core.Billing;
using DocuChat.Core.Billing.Mails;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DocuChat.Billing.Commands;

/// <summary>What operators do to invoices: release one that is held, withdraw one, put a credit on the next, look after refunds.</summary>
internal static class InvoiceCommands
{
    public static IEnumerable<Command> All(BillingCommands.Context commands) => [Release(commands), Void(commands), Credit(commands), Refunds(commands), Refunded(commands)];

    private static Argument<long> Number() => new("invoice") { Description = "The invoice's number." };

    private static Option<string> Reason() => new("--reason") { Description = "Why; it is kept.", Required = true };

    private static Command Release(BillingCommands.Context commands)
    {
        var number = Number();
        var release = new Command("release", "Issues an invoice that is held because it is unusually high") { number };
        release.SetAction(
            (arguments, cancellationToken) =>
                ChangeAsync(
                    commands,
                    arguments.GetValue(number),
                    async (services, database, invoice, now) =>
                    {
                        if (invoice.Status != InvoiceStatus.Held)
                            return $"Invoice {invoice.Id} is {invoice.Status}, not held.";
                        (invoice.Status, invoice.IssuedAt, invoice.DueAt) = (InvoiceStatus.Pending, now, now + services.GetRequiredService<IOptions<BillingOptions>>().Value.DueAfter);
                        Audit(database, invoice.TenantId, "invoice.released", invoice.Id, now);
                        var mails = await services.GetRequiredService<InvoiceMails>().QueueInvoiceAsync(database, invoice, cancellationToken);
                        await commands.SayAsync($"Invoice {invoice.Id} is issued, {mails} e-mails queued.");
                        return null;
                    },
                    cancellationToken
                )
        );
        return release;
    }

    private static Command Void(BillingCommands.Context commands)
    {
        var (number, reason) = (Number(), Reason());
        var withdraw = new Command("void", "Withdraws an invoice that is not paid; nothing of it is owed any more") { number, reason };
        withdraw.SetAction(
            (arguments, cancellationToken) =>
                ChangeAsync(
                    commands,
                    arguments.GetValue(number),
                    async (_, database, invoice, now) =>
                    {
                        if (invoice.Status is InvoiceStatus.Paid or InvoiceStatus.Void or InvoiceStatus.Carried)
                            return $"Invoice {invoice.Id} is {invoice.Status}: correct it with `credit` on the next one.";
                        (invoice.Status, invoice.StatusReason) = (InvoiceStatus.Void, arguments.GetValue(reason));
                        Audit(database, invoice.TenantId, "invoice.voided", invoice.Id, now);
                        await commands.SayAsync($"Invoice {invoice.Id} is void: {invoice.Amount:#,0.00} Tomans are no longer owed.");
                        return null;
                    },
                    cancellationToken
                )
        );
        return withdraw;
    }

    private static Command Credit(BillingCommands.Context commands)
    {
        var tenant = new Argument<string>("tenant") { Description = "The tenant's slug." };
        var amount = new Argument<decimal>("tomans") { Description = "What is taken off the next invoice; negative to add to it." };
        var invoice = new Option<long?>("--invoice") { Description = "The invoice that it corrects." };
        var reason = Reason();
        var credit = new Command("credit", "Puts a credit line on the tenant's next invoice; this is how a paid one is corrected") { tenant, amount, invoice, reason };
        credit.SetAction(
            (arguments, cancellationToken) =>
                commands.WithAsync(
                    async services =>
                    {
                        var database = services.GetRequiredService<DocuChatDbContext>();
                        if (await commands.TenantAsync(database, arguments.GetValue(tenant)!, cancellationToken) is not { } id)
                            return 2;
                        var corrected = arguments.GetValue(invoice);
                        if (corrected is not null && !await database.Invoices.AnyAsync(row => row.Id == corrected && row.TenantId == id, cancellationToken))
                        {
                            await commands.SayAsync($"Invoice {corrected} is not one of this tenant's.");
                            return 2;
                        }
                        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
                        database.BillingCredits.Add(new BillingCredit { TenantId = id, Amount = arguments.GetValue(amount), CorrectsInvoiceId = corrected, Reason = arguments.GetValue(reason)!, CreatedAt = now });
                        Audit(database, id, "invoice.credited", corrected ?? 0, now);
                        await database.SaveChangesAsync(cancellationToken);
                        await commands.SayAsync($"{arguments.GetValue(amount):#,0.00} Tomans will stand on the next invoice.");
                        return 0;
                    },
                    cancellationToken
                )
        );
        return credit;
    }

    private static Command Refunds(BillingCommands.Context commands)
    {
        var refunds = new Command("refunds", "Lists payments that are to be given back");
        refunds.SetAction(
            (_, cancellationToken) =>
                commands.WithAsync(
                    async services =>
                    {
                        var due = await services
                            .GetRequiredService<DocuChatDbContext>()
                            .PaymentAttempts.AsNoTracking()
                            .Where(attempt => attempt.Status == PaymentStatus.RefundDue)
                            .OrderBy(attempt => attempt.EndedAt)
                            .ToListAsync(cancellationToken);
                        foreach (var attempt in due)
                            await commands.SayAsync($"{attempt.Id} trackId {attempt.TrackId} invoice {attempt.InvoiceId}: {attempt.AmountRials:#,0} Rials asked; {attempt.Reason}");
                        await commands.SayAsync($"{due.Count} refunds are due");
                        return 0;
                    },
                    cancellationToken
                )
        );
        return refunds;
    }

    private static Command Refunded(BillingCommands.Context commands)
    {
        var payment = new Argument<Guid>("payment") { Description = "The payment's id, as `refunds` lists it." };
        var refunded = new Command("refunded", "Notes that a payment was given back") { payment };
        refunded.SetAction(
            (arguments, cancellationToken) =>
                commands.WithAsync(
                    async services =>
                    {
                        var id = arguments.GetValue(payment);
                        var changed = await services
                            .GetRequiredService<DocuChatDbContext>()
                            .PaymentAttempts.Where(attempt => attempt.Id == id && attempt.Status == PaymentStatus.RefundDue)
                            .ExecuteUpdateAsync(attempt => attempt.SetProperty(row => row.Status, PaymentStatus.Refunded), cancellationToken);
                        await commands.SayAsync($"{(changed == 1 ? "Noted." : "No refund of this payment is due.")}");
                        return changed == 1 ? 0 : 2;
                    },
                    cancellationToken
                )
        );
        return refunded;
    }

    /// <summary>Changes one invoice under its lock; <paramref name="change"/> returns why it does not, or null.</summary>
    private static Task<int> ChangeAsync(
        BillingCommands.Context commands,
        long number,
        Func<IServiceProvider, DocuChatDbContext, Invoice, DateTimeOffset, Task<string?>> change,
        CancellationToken cancellationToken
    ) =>
        commands.WithAsync(
            async services =>
            {
                var database = services.GetRequiredService<DocuChatDbContext>();
                await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
                var invoice = await database.Invoices.FromSql($"select * from tenant_invoice where id = {number} for update").SingleOrDefaultAsync(cancellationToken);
                var refusal = invoice is null ? $"There is no invoice {number}." : await change(services, database, invoice, services.GetRequiredService<TimeProvider>().GetUtcNow());
                if (refusal is not null)
                {
                    await commands.SayAsync($"{refusal}");
                    return 2;
                }
                await database.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return 0;
            },
            cancellationToken
        );

    private static void Audit(DocuChatDbContext database, Guid tenant, string action, long subject, DateTimeOffset at) =>
        database.AuditEvents.Add(new AuditEvent { TenantId = tenant, Action = action, Subject = subject.ToString(CultureInfo.InvariantCulture), At = at });
}
