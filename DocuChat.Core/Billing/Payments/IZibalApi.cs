using Refit;

namespace DocuChat.Core.Billing.Payments;

/// <summary>Zibal's wire protocol. HTTP is 200 even on failure; what happened is in <c>result</c>. Amounts are whole Rials.</summary>
public interface IZibalApi
{
    [Post("/v1/request")]
    Task<ZibalRequested> RequestAsync([Body] ZibalRequest request, CancellationToken cancellationToken);

    [Post("/v1/verify")]
    Task<ZibalPayment> VerifyAsync([Body] ZibalTrack track, CancellationToken cancellationToken);

    [Post("/v1/inquiry")]
    Task<ZibalPayment> InquireAsync([Body] ZibalTrack track, CancellationToken cancellationToken);
}

/// <summary>Asks for a payment page.</summary>
public sealed record ZibalRequest(string Merchant, long Amount, string CallbackUrl, string OrderId, string Description);

/// <summary>A number for the payment page, which does not fit 32 bits.</summary>
public sealed record ZibalRequested(int Result, string? Message, long? TrackId);

/// <summary>Names a payment.</summary>
public sealed record ZibalTrack(string Merchant, long TrackId);

/// <summary>What the gateway knows of a payment. A refusal carries only result and message.</summary>
public sealed record ZibalPayment(int Result, string? Message, int? Status, long? Amount, string? OrderId, long? RefNumber, string? CardNumber, string? PaidAt);

/// <summary>The gateway's words.</summary>
public static class Zibal
{
    public const int Ok = 100;
    public const int BelowMinimum = 105;
    public const int AboveMaximum = 113;
    public const int AlreadyVerified = 201;
    public const int NotPaid = 202;
    public const int NoSuchTrack = 203;

    public const int Waiting = -1;
    public const int Internal = -2;
    public const int PaidAndVerified = 1;
    public const int PaidNotVerified = 2;
    public const int Cancelled = 3;
    public const int Refunded = 15;
    public const int Refunding = 16;
    public const int Reversed = 18;
}
