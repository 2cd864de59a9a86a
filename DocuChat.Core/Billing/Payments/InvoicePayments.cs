using System.Globalization;
using DocuChat.Core.Billing.Mails;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Billing.Payments;

/// <summary>What came of asking for a payment page.</summary>
public abstract record PayResult
{
    private PayResult() { }

    /// <summary>Send the payer there.</summary>
    public sealed record Page(Uri Address, long TrackId) : PayResult;

    /// <summary>There is nothing to pay: it is paid, withdrawn, held or carried.</summary>
    public sealed record NotPayable(InvoiceStatus Status) : PayResult;

    /// <summary>The gateway refused or did not answer.</summary>
    public sealed record GatewayTrouble(int? Result) : PayResult;
}

/// <summary>
/// Takes payments. An invoice has any number of attempts and is settled by at most one; its row is locked while that is decided, and money that it
/// does not want is kept in sight as a refund that is due.
/// </summary>
public sealed class InvoicePayments(ZibalGateway gateway, PayLinks links, InvoiceMails mails, TimeProvider time, PaymentMetrics metrics, ILogger<InvoicePayments> logger)
{
    /// <summary>After this a page that nobody paid at is forgotten; the gateway's own pages live some minutes.</summary>
    private static readonly TimeSpan PageLifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstCheck = TimeSpan.FromMinutes(1);

    /// <summary>Makes a payment page for an invoice.</summary>
    /// <param name="database">A context that may see the invoice.</param>
    /// <param name="invoiceId">The invoice.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="InvalidOperationException">There is no such invoice.</exception>
    public async Task<PayResult> PayAsync(DocuChatDbContext database, long invoiceId, CancellationToken cancellationToken)
    {
        PaymentAttempt attempt;
        await using (var transaction = await database.Database.BeginTransactionAsync(cancellationToken))
        {
            var invoice = await LockAsync(database, invoiceId, cancellationToken);
            if (!invoice.IsPayable)
                return new PayResult.NotPayable(invoice.Status);
            attempt = new PaymentAttempt
            {
                TenantId = invoice.TenantId,
                InvoiceId = invoice.Id,
                AmountRials = InvoiceMath.ToRials(invoice.Amount),
                Status = PaymentStatus.Minting,
                CreatedAt = time.GetUtcNow(),
                CheckAt = time.GetUtcNow() + FirstCheck,
            };
            database.PaymentAttempts.Add(attempt);
            await database.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        // No transaction is open, and the invoice is free, while the gateway thinks.
        var minted = await gateway.MintAsync(attempt.AmountRials, OrderId(attempt.Id), links.Callback, $"DocuChat {invoiceId.ToString(CultureInfo.InvariantCulture)}", cancellationToken);
        switch (minted)
        {
            case Minted.Page page:
                (attempt.Status, attempt.TrackId) = (PaymentStatus.Open, page.TrackId);
                await database.SaveChangesAsync(cancellationToken);
                metrics.Opened();
                return new PayResult.Page(page.Address, page.TrackId);
            default:
                var result = (minted as Minted.Refused)?.Result;
                // Nobody knows a page that it may have made after all, so nobody can pay there.
                End(attempt, PaymentStatus.Failed, null, result is null ? "the gateway did not answer" : $"the gateway refused with result {result}");
                await database.SaveChangesAsync(cancellationToken);
                return new PayResult.GatewayTrouble(result);
        }
    }

    /// <summary>
    /// Asks the gateway how an attempt ended, and settles its invoice if it was paid. Repeating it changes nothing: an attempt that was paid
    /// or is to be refunded is never asked about again.
    /// </summary>
    /// <param name="database">A context that may see the attempt.</param>
    /// <param name="attemptId">The attempt.</param>
    /// <param name="swept">True when nobody came back and we look for ourselves: inquiry before verify.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<PaymentAttempt> SettleAsync(DocuChatDbContext database, Guid attemptId, bool swept, CancellationToken cancellationToken)
    {
        var known = await database.PaymentAttempts.AsNoTracking().SingleAsync(attempt => attempt.Id == attemptId, cancellationToken);
        if (known is not { Status: PaymentStatus.Open or PaymentStatus.Failed, TrackId: { } track })
            return await EndUnmintedAsync(database, known, cancellationToken);

        var verdict = swept ? await gateway.SweepAsync(track, cancellationToken) : await gateway.VerifyAsync(track, cancellationToken);

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // The invoice first: whoever else settles one of its attempts waits here, and then sees what we did.
        var invoice = await LockAsync(database, known.InvoiceId, cancellationToken);
        var current = await database.PaymentAttempts.FromSql($"select * from payment_attempt where id = {attemptId} for update").SingleAsync(cancellationToken);
        if (current.Status is PaymentStatus.Open or PaymentStatus.Failed)
        {
            Apply(database, invoice, current, verdict);
            if (current.Status == PaymentStatus.Paid)
                await mails.QueueReceiptAsync(database, invoice, current, cancellationToken);
            await database.SaveChangesAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        if (current.Status != known.Status)
            metrics.Ended(current.Status);
        return current;
    }

    /// <summary>The order's id at the gateway.</summary>
    public static string OrderId(Guid attemptId) => attemptId.ToString("n");

    private void Apply(DocuChatDbContext database, Invoice invoice, PaymentAttempt attempt, Verdict verdict)
    {
        var now = time.GetUtcNow();
        switch (verdict)
        {
            case Verdict.Captured captured:
                (attempt.Reference, attempt.Card) = (captured.Reference, captured.Card);
                if (captured.AmountRials != attempt.AmountRials)
                    Refund(database, attempt, $"{captured.AmountRials.ToString(CultureInfo.InvariantCulture)} Rials were taken instead of {attempt.AmountRials.ToString(CultureInfo.InvariantCulture)}");
                else if (captured.OrderId != OrderId(attempt.Id))
                    Refund(database, attempt, "the gateway names another order");
                else if (!invoice.IsPayable)
                    Refund(database, attempt, $"the invoice is {invoice.Status.ToString().ToLowerInvariant()} already");
                else
                {
                    End(attempt, PaymentStatus.Paid, Zibal.PaidAndVerified, null);
                    (invoice.Status, invoice.ZibalTrackId, invoice.PaidAt) = (InvoiceStatus.Paid, attempt.TrackId, now);
                    database.AuditEvents.Add(Audit(attempt, "invoice.paid", now));
                    Log.InvoicePaid(logger, invoice.Id);
                }
                break;
            case Verdict.Ended ended:
                End(attempt, PaymentStatus.Failed, ended.Status, ended.Reason);
                break;
            default:
                // Also after it failed once: what is known stays, until more is.
                if (attempt.Status == PaymentStatus.Open && now - attempt.CreatedAt > PageLifetime)
                    End(attempt, PaymentStatus.Failed, null, "nobody paid");
                else if (attempt.Status == PaymentStatus.Open)
                    (attempt.Checks, attempt.CheckAt) = (attempt.Checks + 1, now + NextCheck(attempt.Checks));
                break;
        }
    }

    private void Refund(DocuChatDbContext database, PaymentAttempt attempt, string reason)
    {
        End(attempt, PaymentStatus.RefundDue, Zibal.PaidAndVerified, reason);
        database.AuditEvents.Add(Audit(attempt, "payment.refund_due", time.GetUtcNow()));
        Log.RefundDue(logger, attempt.Id, attempt.InvoiceId, reason);
    }

    private void End(PaymentAttempt attempt, PaymentStatus status, int? zibalStatus, string? reason) =>
        (attempt.Status, attempt.ZibalStatus, attempt.Reason, attempt.EndedAt, attempt.CheckAt) = (status, zibalStatus, reason, time.GetUtcNow(), null);

    private async Task<PaymentAttempt> EndUnmintedAsync(DocuChatDbContext database, PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        // Our process died between writing it and hearing the gateway's number: nobody was sent there.
        if (attempt.Status == PaymentStatus.Minting && time.GetUtcNow() - attempt.CreatedAt > TimeSpan.FromMinutes(10))
            await database
                .PaymentAttempts.Where(row => row.Id == attempt.Id && row.Status == PaymentStatus.Minting)
                .ExecuteUpdateAsync(
                    row => row.SetProperty(r => r.Status, PaymentStatus.Failed).SetProperty(r => r.Reason, "never opened").SetProperty(r => r.EndedAt, time.GetUtcNow()).SetProperty(r => r.CheckAt, (DateTimeOffset?)null),
                    cancellationToken
                );
        return attempt;
    }

    // Each minute while a payer may be at it, then less often.
    private static TimeSpan NextCheck(int checks) => checks < 30 ? FirstCheck : TimeSpan.FromMinutes(15);

    private static AuditEvent Audit(PaymentAttempt attempt, string action, DateTimeOffset at) =>
        new() { TenantId = attempt.TenantId, Action = action, Subject = $"{attempt.InvoiceId.ToString(CultureInfo.InvariantCulture)}/{OrderId(attempt.Id)}", At = at };

    private static async Task<Invoice> LockAsync(DocuChatDbContext database, long invoiceId, CancellationToken cancellationToken) =>
        await database.Invoices.FromSql($"select * from tenant_invoice where id = {invoiceId} for update").SingleOrDefaultAsync(cancellationToken)
        ?? throw new InvalidOperationException($"There is no invoice {invoiceId}.");
}
