using DocuChat.Core.Billing;
using DocuChat.Core.Billing.Mails;
using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DocuChat.Billing.Runs;

/// <summary>
/// Closes one period of one tenant, in one transaction: the invoice, its lines, what is carried, the e-mail, and how far the ledger is billed. Run
/// twice, at once by many, or killed anywhere: the tenant's account row lets one at a time in, and the second finds it closed.
/// </summary>
internal sealed class PeriodClosing(DocuChatDbContext database, InvoiceMails mails, IOptions<BillingOptions> options, TimeProvider time)
{
    private readonly BillingOptions _options = options.Value;

    /// <param name="tenant">Whose.</param>
    /// <param name="day">Which day; the days of a tenant are closed in their order.</param>
    /// <param name="witness">The witness's figure, or null.</param>
    /// <param name="rehearsed">In a dry run the state that the day before would have left; nothing is then kept.</param>
    /// <param name="dryRun">Compute everything and keep nothing.</param>
    /// <param name="cancellationToken">Cancels it; nothing is kept then.</param>
    public async Task<Closing> CloseAsync(BilledTenant tenant, DateOnly day, double? witness, AccountState? rehearsed, bool dryRun, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var account = await LockAccountAsync(tenant.Id, cancellationToken);
        var before = rehearsed ?? new AccountState(account.ClosedOn, account.ClosedUntil, account.LedgerTo, account.Carried);
        if (before.ClosedOn >= day)
            return new Closing.Already(await database.Invoices.AsNoTracking().SingleOrDefaultAsync(invoice => invoice.TenantId == tenant.Id && invoice.Period == day, cancellationToken));

        var whole = BillingPeriod.Of(day, tenant.Zone);
        // From where the last one ended: also where the tenant has moved to another time zone since, no moment is lost or billed twice.
        var period = whole with { Start = before.ClosedUntil ?? whole.Start };
        var ledgerTo = Math.Max(before.LedgerTo, await FenceAsync(transaction, tenant.Id, cancellationToken));
        var discounts = await database.TenantDiscounts.AsNoTracking().Where(discount => discount.TenantId == tenant.Id).ToListAsync(cancellationToken);
        // A dry run keeps nothing, so what stood on the day before would stand on this one again.
        var credits = rehearsed is not null ? [] : await database.BillingCredits.Where(credit => credit.TenantId == tenant.Id && credit.InvoiceId == null).OrderBy(credit => credit.Id).ToListAsync(cancellationToken);

        using var builder = new InvoiceBuilder(period, tenant.Zone);
        var events = new BilledEvents(tenant.Id, period.Start, period.End, before.LedgerTo, ledgerTo, DiscountSegments.Of(discounts));
        await foreach (var billed in events.ReadAsync((NpgsqlConnection)database.Database.GetDbConnection(), (NpgsqlTransaction)transaction.GetDbTransaction(), cancellationToken))
            builder.Add(billed);

        Closing closing;
        if (builder.Events == 0 && credits.Count == 0)
            closing = new Closing.Nothing(new AccountState(day, period.End, ledgerTo, before.Carried));
        else
            closing = await InvoiceAsync(tenant, period, builder, credits, DiscountSegments.At(discounts, period.End.AddTicks(-1)), witness, before, ledgerTo, cancellationToken);

        var after = closing switch
        {
            Closing.Invoiced invoiced => invoiced.Account,
            Closing.Nothing nothing => nothing.Account,
            _ => throw new InvalidOperationException("A period that was just closed has a new state."),
        };
        (account.ClosedOn, account.ClosedUntil, account.LedgerTo, account.Carried) = (after.ClosedOn, after.ClosedUntil, after.LedgerTo, after.Carried);
        await database.SaveChangesAsync(cancellationToken);
        if (!dryRun)
            await transaction.CommitAsync(cancellationToken);
        return closing;
    }

    private async Task<Closing.Invoiced> InvoiceAsync(
        BilledTenant tenant,
        BillingPeriod period,
        InvoiceBuilder builder,
        IReadOnlyList<BillingCredit> credits,
        decimal discount,
        double? witness,
        AccountState before,
        long ledgerTo,
        CancellationToken cancellationToken
    )
    {
        var lines = builder.Lines(tenant.Id);
        var sum = InvoiceMath.Sum(before.Carried, [.. lines.Select(line => line.Amount), .. credits.Select(credit => -credit.Amount)], _options.MinimumRials);
        var median = await MedianAsync(tenant.Id, period.Day, cancellationToken);
        var now = time.GetUtcNow();
        var status =
            sum.Amount == 0 ? InvoiceStatus.Carried
            : median is { } usual && sum.Subtotal > usual * _options.AnomalyFactor ? InvoiceStatus.Held
            : InvoiceStatus.Pending;
        var invoice = new Invoice
        {
            TenantId = tenant.Id,
            Period = period.Day,
            PeriodStart = period.Start.ToUniversalTime(),
            PeriodEnd = period.End.ToUniversalTime(),
            Tokens = builder.Tokens,
            Amount = sum.Amount,
            Subtotal = sum.Subtotal,
            CarriedIn = sum.CarriedIn,
            CarriedOut = sum.CarriedOut,
            PriceVersion = builder.PriceVersion,
            Discount = discount,
            PromTokens = witness,
            Drift = witness is { } figure ? InvoiceMath.Drift(figure, builder.PeriodTokens) : null,
            LedgerFrom = before.LedgerTo,
            LedgerTo = ledgerTo,
            EventsSha256 = builder.Proof(),
            CreatedAt = now,
            Status = status,
            StatusReason = status == InvoiceStatus.Held ? FormattableString.Invariant($"{sum.Subtotal:0.##} Tomans, and the median of {_options.AnomalyDays} days is {median:0.##}") : null,
            IssuedAt = status == InvoiceStatus.Pending ? now : null,
            DueAt = status == InvoiceStatus.Pending ? now + _options.DueAfter : null,
        };
        database.Invoices.Add(invoice);
        // The number is needed by the lines and the e-mail.
        await database.SaveChangesAsync(cancellationToken);
        database.InvoiceLines.AddRange(builder.Lines(tenant.Id, invoice));
        AddCredits(invoice, credits, lines.Count);
        var mailed = status == InvoiceStatus.Pending ? await mails.QueueInvoiceAsync(database, invoice, cancellationToken) : 0;
        return new Closing.Invoiced(invoice, median, mailed, new AccountState(period.Day, period.End.ToUniversalTime(), ledgerTo, sum.CarriedOut));
    }

    private void AddCredits(Invoice invoice, IReadOnlyList<BillingCredit> credits, int ordinal)
    {
        foreach (var credit in credits)
        {
            credit.InvoiceId = invoice.Id;
            database.InvoiceLines.Add(
                new InvoiceLine
                {
                    TenantId = invoice.TenantId,
                    Invoice = invoice,
                    Ordinal = ++ordinal,
                    Kind = InvoiceLineKind.Credit,
                    Day = invoice.Period,
                    Amount = -credit.Amount,
                    Note = credit.CorrectsInvoiceId is { } corrected ? $"{credit.Reason} (invoice {corrected})" : credit.Reason,
                }
            );
        }
    }

    private async Task<BillingAccount> LockAccountAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"insert into billing_accounts (tenant_id, ledger_to, carried) values ({tenant}, 0, 0) on conflict do nothing", cancellationToken);
        return await database.BillingAccounts.FromSql($"select * from billing_accounts where tenant_id = {tenant} for update").SingleAsync(cancellationToken);
    }

    /// <summary>
    /// The highest number of the tenant's ledger such that everything up to it is committed. Numbers are given out under a shared lock; to hold it
    /// alone for a moment is to know that none is on its way. A savepoint lets go of it at once, so that answers wait for a look, not for a run.
    /// </summary>
    private async Task<long> FenceAsync(IDbContextTransaction transaction, Guid tenant, CancellationToken cancellationToken)
    {
        const string Fence = "fence";
        await transaction.CreateSavepointAsync(Fence, cancellationToken);
        await database.Database.ExecuteSqlAsync($"select lock_ledger({tenant}, true)", cancellationToken);
        // A statement of its own: its snapshot is taken when the lock is held.
        var highest = await database.UsageEvents.Where(usage => usage.TenantId == tenant).MaxAsync(usage => (long?)usage.Id, cancellationToken) ?? 0;
        await transaction.RollbackToSavepointAsync(Fence, cancellationToken);
        return highest;
    }

    private async Task<decimal?> MedianAsync(Guid tenant, DateOnly day, CancellationToken cancellationToken)
    {
        var since = day.AddDays(-_options.AnomalyDays);
        var days = await database
            .Invoices.Where(invoice => invoice.TenantId == tenant && invoice.Period >= since && invoice.Period < day && invoice.Status != InvoiceStatus.Void)
            .Select(invoice => invoice.Subtotal)
            .ToListAsync(cancellationToken);
        return days.Count >= _options.AnomalyMinimumDays ? InvoiceMath.Median(days) : null;
    }
}
