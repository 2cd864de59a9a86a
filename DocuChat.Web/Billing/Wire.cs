namespace DocuChat.Web.Billing;

/// <summary>An invoice as it stands in the list; amounts are Tomans, the drift a share of the ledger's tokens.</summary>
public sealed record InvoiceRow(
    long Id,
    DateOnly Period,
    string Status,
    string? StatusReason,
    long Tokens,
    decimal Amount,
    decimal Subtotal,
    decimal CarriedIn,
    decimal CarriedOut,
    double? PromTokens,
    double? Drift,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DueAt,
    DateTimeOffset? PaidAt
)
{
    public bool IsPayable => Status is "pending" or "overdue";
}

/// <summary>An invoice with all that stands on it.</summary>
public sealed record InvoiceWhole(InvoiceRow Invoice, string EventsSha256, IReadOnlyList<InvoiceLine> Lines, IReadOnlyList<Payment> Payments)
{
    /// <summary>The payment that settled it.</summary>
    public Payment? Settled => Payments.FirstOrDefault(payment => payment.Status == "paid");

    /// <summary>Money that was taken without need.</summary>
    public IEnumerable<Payment> ToRefund => Payments.Where(payment => payment.Status == "refund_due");

    /// <summary>The last payment that was begun and whose end is not known.</summary>
    public Payment? Begun => Payments.LastOrDefault(payment => payment.Status == "open");
}

/// <summary>A line: usage, a late adjustment or a credit. The amounts are exact, the discount is in percent.</summary>
public sealed record InvoiceLine(string Kind, DateOnly Day, string? Model, decimal Discount, long Calls, long TokensIn, long TokensOut, decimal ListAmount, decimal Amount, string? Note);

/// <summary>A payment, or an attempt at one.</summary>
public sealed record Payment(Guid Id, string Status, long? TrackId, long AmountRials, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, string? Reference, string? Card);

/// <summary>Where the payer pays.</summary>
internal sealed record GatewayPage(Uri PayUrl);
