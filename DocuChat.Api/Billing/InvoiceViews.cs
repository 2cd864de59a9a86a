using DocuChat.Core.Billing;

namespace DocuChat.Api.Billing;

/// <summary>An invoice in a list. Amounts are Tomans.</summary>
public sealed record InvoiceView(
    long Id,
    DateOnly Period,
    DateTimeOffset PeriodStart,
    DateTimeOffset PeriodEnd,
    InvoiceStatus Status,
    string? StatusReason,
    long Tokens,
    decimal Amount,
    decimal Subtotal,
    decimal CarriedIn,
    decimal CarriedOut,
    int PriceVersion,
    decimal Discount,
    double? PromTokens,
    double? Drift,
    DateTimeOffset CreatedAt,
    DateTimeOffset? IssuedAt,
    DateTimeOffset? DueAt,
    DateTimeOffset? PaidAt,
    long? ZibalTrackId
)
{
    public static InvoiceView Of(Invoice invoice) =>
        new(
            invoice.Id,
            invoice.Period,
            invoice.PeriodStart,
            invoice.PeriodEnd,
            invoice.Status,
            invoice.StatusReason,
            invoice.Tokens,
            invoice.Amount,
            invoice.Subtotal,
            invoice.CarriedIn,
            invoice.CarriedOut,
            invoice.PriceVersion,
            invoice.Discount,
            invoice.PromTokens,
            invoice.Drift,
            invoice.CreatedAt,
            invoice.IssuedAt,
            invoice.DueAt,
            invoice.PaidAt,
            invoice.ZibalTrackId
        );
}

/// <summary>An invoice with its lines, its payments and the proof over its events.</summary>
public sealed record InvoiceDetail(InvoiceView Invoice, string EventsSha256, string EventsUrl, IReadOnlyList<InvoiceLineView> Lines, IReadOnlyList<PaymentView> Payments);

/// <summary>A line. <see cref="Amount"/> is exact.</summary>
public sealed record InvoiceLineView(
    InvoiceLineKind Kind,
    DateOnly Day,
    string? Model,
    int? PriceVersion,
    decimal Discount,
    long Calls,
    long TokensIn,
    long TokensOut,
    decimal ListAmount,
    decimal Amount,
    string? Note
)
{
    public static InvoiceLineView Of(InvoiceLine line) =>
        new(line.Kind, line.Day, line.Model, line.PriceVersion, line.Discount, line.Calls, line.TokensIn, line.TokensOut, line.ListAmount, line.Amount, line.Note);
}

/// <summary>A payment, or an attempt at one.</summary>
public sealed record PaymentView(Guid Id, PaymentStatus Status, long? TrackId, long AmountRials, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, string? Reference, string? Card, string? Reason)
{
    public static PaymentView Of(PaymentAttempt attempt) =>
        new(attempt.Id, attempt.Status, attempt.TrackId, attempt.AmountRials, attempt.CreatedAt, attempt.EndedAt, attempt.Reference, attempt.Card, attempt.Reason);
}

/// <summary>Where to send the payer's browser.</summary>
public sealed record PayPageView(Uri PayUrl, long TrackId);
