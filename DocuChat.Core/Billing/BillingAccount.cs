using DocuChat.Core.Persistence;

namespace DocuChat.Core.Billing;

/// <summary>
/// How far a tenant's ledger has been billed, and what was left over. The row that a run locks: whoever holds it is the only one to close
/// the tenant's next period.
/// </summary>
public sealed class BillingAccount : ITenantOwned
{
    public required Guid TenantId { get; init; }

    /// <summary>The last day that was closed, in the tenant's time zone; null before the first.</summary>
    public DateOnly? ClosedOn { get; set; }

    /// <summary>Everything that began before this has been billed, or comes as a late line.</summary>
    public DateTimeOffset? ClosedUntil { get; set; }

    /// <summary>The highest id of the ledger that was there when the last invoice was written.</summary>
    public long LedgerTo { get; set; }

    /// <summary>Tomans that the last invoice left over: remainders below one Rial, amounts below the gateway's minimum, credits not used up.</summary>
    public decimal Carried { get; set; }
}

/// <summary>A correction in the tenant's favour (or, negative, against it) that stands on its next invoice. Append-only but for that invoice.</summary>
public sealed class BillingCredit : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>The invoice that it corrects.</summary>
    public long? CorrectsInvoiceId { get; init; }

    /// <summary>Tomans taken off.</summary>
    public required decimal Amount { get; init; }

    public required string Reason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The invoice that it stands on; null until the next one is written.</summary>
    public long? InvoiceId { get; set; }
}

/// <summary>Percent off what a tenant uses, for a time. Where several are valid, the greatest counts; they do not add up.</summary>
public sealed class TenantDiscount : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>From 0 to 100.</summary>
    public required decimal Percent { get; init; }

    /// <summary>First moment that it is valid.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>First moment that it is no longer valid; null for good.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One run over one period: what was done, for operators.</summary>
public sealed class BillingRunRecord
{
    public long Id { get; init; }
    public required DateOnly Period { get; init; }

    /// <summary>The one tenant that it was for; null for all.</summary>
    public string? OnlyTenant { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }
    public int Tenants { get; set; }
    public int Invoices { get; set; }
    public int Failed { get; set; }
    public decimal Total { get; set; }

    /// <summary>Did Prometheus answer?</summary>
    public bool Witness { get; set; }
}
