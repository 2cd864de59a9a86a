using DocuChat.Core.Billing;

namespace DocuChat.Billing.Runs;

/// <summary>A tenant as a run sees it.</summary>
internal sealed record BilledTenant(Guid Id, string Slug, TimeZoneInfo Zone, DateOnly? ClosedOn, DateOnly? FirstDay)
{
    /// <summary>The next day to close; null for a tenant that never used anything.</summary>
    public DateOnly? NextDay => ClosedOn?.AddDays(1) ?? FirstDay;
}

/// <summary>How far a tenant's ledger is billed: what <see cref="BillingAccount"/> holds. A dry run keeps it in memory from day to day.</summary>
internal sealed record AccountState(DateOnly? ClosedOn, DateTimeOffset? ClosedUntil, long LedgerTo, decimal Carried);

/// <summary>What closing one period of one tenant came to.</summary>
internal abstract record Closing
{
    private Closing() { }

    /// <summary>Nothing was used, and nothing came late.</summary>
    public sealed record Nothing(AccountState Account) : Closing;

    /// <summary>Another run had closed it; with its invoice, if it has one.</summary>
    public sealed record Already(Invoice? Invoice) : Closing;

    /// <summary>An invoice was written, or, in a dry run, would be.</summary>
    public sealed record Invoiced(Invoice Invoice, decimal? Median, int Mails, AccountState Account) : Closing;
}
