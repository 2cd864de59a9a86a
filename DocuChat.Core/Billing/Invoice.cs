using DocuChat.Core.Persistence;

namespace DocuChat.Core.Billing;

/// <summary>Where an invoice stands. Stored in lower case.</summary>
public enum InvoiceStatus
{
    /// <summary>Unusually high: it waits for an operator's release before anybody is asked to pay it.</summary>
    Held,

    /// <summary>Issued, and not yet paid.</summary>
    Pending,

    /// <summary>Issued, and past its due date: the tenant's chat is read-only until it is paid.</summary>
    Overdue,

    /// <summary>Paid by one verified payment. Final.</summary>
    Paid,

    /// <summary>Withdrawn by an operator, with a reason. Final.</summary>
    Void,

    /// <summary>Nothing to pay: what it sums to is below the gateway's minimum and stands on the next invoice. Final.</summary>
    Carried,
}

/// <summary>
/// One tenant's bill for one period. What it says never changes once it is written, and the database holds it to that; only its state
/// (status, dates, the payment, the reason of a withdrawal) does. Amounts are Tomans.
/// </summary>
public sealed class Invoice : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>The day that is billed, in the tenant's time zone. Unique within the tenant.</summary>
    public required DateOnly Period { get; init; }

    /// <summary>First moment of the period.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>First moment after the period.</summary>
    public required DateTimeOffset PeriodEnd { get; init; }

    /// <summary>Tokens of all its lines, late ones too.</summary>
    public required long Tokens { get; init; }

    /// <summary>What is to be paid: whole Rials, so a multiple of 0.1 Toman.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Exact sum of its lines, before anything was carried.</summary>
    public required decimal Subtotal { get; init; }

    /// <summary>What the invoice before left over.</summary>
    public required decimal CarriedIn { get; init; }

    /// <summary>What is left to the next invoice: <see cref="CarriedIn"/> + <see cref="Subtotal"/> − <see cref="Amount"/>.</summary>
    public required decimal CarriedOut { get; init; }

    /// <summary>The latest version of the price list among its lines; each line names its own.</summary>
    public required int PriceVersion { get; init; }

    /// <summary>The discount in percent at the end of the period; each line names its own.</summary>
    public required decimal Discount { get; init; }

    /// <summary>Prometheus' figure for the day that ended with the period; null when there was no witness.</summary>
    public double? PromTokens { get; init; }

    /// <summary>(<see cref="PromTokens"/> − tokens of the period) ÷ tokens of the period.</summary>
    public double? Drift { get; init; }

    /// <summary>Events of the ledger with a higher id than this are new to it; see docs/billing.md.</summary>
    public required long LedgerFrom { get; init; }

    /// <summary>Events of the ledger with a higher id than this came after it was closed.</summary>
    public required long LedgerTo { get; init; }

    /// <summary>SHA-256 over the list of its events, as the list's own bytes.</summary>
    public required byte[] EventsSha256 { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required InvoiceStatus Status { get; set; }

    /// <summary>When it was first asked to be paid; null while it is held, or when there is nothing to pay.</summary>
    public DateTimeOffset? IssuedAt { get; set; }

    /// <summary>After this it is overdue.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>The gateway's number of the payment that settled it.</summary>
    public long? ZibalTrackId { get; set; }

    public DateTimeOffset? PaidAt { get; set; }

    /// <summary>Why it is held or was withdrawn.</summary>
    public string? StatusReason { get; set; }

    /// <summary>Can somebody pay it now?</summary>
    public bool IsPayable => Status is InvoiceStatus.Pending or InvoiceStatus.Overdue;
}

/// <summary>What a line of an invoice is about.</summary>
public enum InvoiceLineKind
{
    /// <summary>Calls that began in the period.</summary>
    Usage,

    /// <summary>Calls of an earlier day that the ledger learned of only after that day was billed.</summary>
    Late,

    /// <summary>A correction by an operator.</summary>
    Credit,
}

/// <summary>One exact line of an invoice. Never changed, never removed. Amounts are Tomans.</summary>
public sealed class InvoiceLine : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }
    public long InvoiceId { get; init; }
    public Invoice? Invoice { get; init; }
    public required int Ordinal { get; init; }
    public required InvoiceLineKind Kind { get; init; }

    /// <summary>The day of the calls in the tenant's time zone.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The model that answered; null for a credit.</summary>
    public string? Model { get; init; }

    public int? PriceVersion { get; init; }

    /// <summary>Percent off.</summary>
    public decimal Discount { get; init; }

    public long Calls { get; init; }
    public long TokensIn { get; init; }
    public long TokensOut { get; init; }

    /// <summary>Price of the calls before the discount: the sum of the ledger.</summary>
    public decimal ListAmount { get; init; }

    /// <summary>Exact amount after the discount, to the ten-thousandth of the ledger's last digit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>In words, for credits.</summary>
    public string? Note { get; init; }
}
