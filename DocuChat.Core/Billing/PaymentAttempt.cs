using DocuChat.Core.Persistence;

namespace DocuChat.Core.Billing;

/// <summary>Where an attempt to pay stands. Stored in lower case.</summary>
public enum PaymentStatus
{
    /// <summary>Written before the gateway is asked, so that nothing is asked that we know nothing of.</summary>
    Minting,

    /// <summary>The payer was sent to the gateway; how it ended is not known yet.</summary>
    Open,

    /// <summary>Verified, and it settled the invoice. At most one an invoice, by a unique key.</summary>
    Paid,

    /// <summary>Cancelled, refused, reversed or run out: no money was taken.</summary>
    Failed,

    /// <summary>Money was taken that the invoice does not want (it was paid or withdrawn before, or the amount is another): an operator refunds it.</summary>
    RefundDue,

    /// <summary>An operator gave that money back.</summary>
    Refunded,
}

/// <summary>One visit of a payer to the gateway.</summary>
public sealed class PaymentAttempt : ITenantOwned
{
    /// <summary>Also the order's id at the gateway.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid TenantId { get; init; }
    public required long InvoiceId { get; init; }

    /// <summary>What the gateway was asked to take.</summary>
    public required long AmountRials { get; init; }

    public required PaymentStatus Status { get; set; }

    /// <summary>The gateway's number; it does not fit 32 bits.</summary>
    public long? TrackId { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the sweeper asks the gateway next.</summary>
    public DateTimeOffset? CheckAt { get; set; }

    public int Checks { get; set; }

    /// <summary>When its end became known.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The gateway's status at its end.</summary>
    public int? ZibalStatus { get; set; }

    /// <summary>The bank's reference, for the receipt.</summary>
    public string? Reference { get; set; }

    /// <summary>The payer's card, masked by the gateway.</summary>
    public string? Card { get; set; }

    /// <summary>Why it failed or is to be refunded, in a word.</summary>
    public string? Reason { get; set; }
}
