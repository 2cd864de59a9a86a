using System.Text.Json;
using System.Text.Json.Serialization;

namespace DocuChat.Sandbox.Zibal;

/// <summary>What DocuChat and other clients send of a payment request; further fields are taken and forgotten.</summary>
/// <param name="Amount">Whole Rials.</param>
internal sealed record PaymentRequest(
    string? Merchant,
    long Amount,
    string? CallbackUrl,
    string? Description,
    string? OrderId,
    string? Mobile,
    string? NationalCode,
    bool LinkToPay,
    int PercentMode,
    int FeeMode,
    PaymentShare[]? MultiplexingInfos
);

/// <summary>A beneficiary's part of a payment.</summary>
internal sealed record PaymentShare(string? BankAccount, string? SubMerchantId, long Amount);

internal sealed record TrackRequest(string? Merchant, long TrackId);

/// <summary>Any answer: only what it has is written.</summary>
internal sealed record ZibalReply(int Result, string Message)
{
    public long? TrackId { get; init; }
    public string? PayLink { get; init; }
    public string? CreatedAt { get; init; }
    public string? PaidAt { get; init; }
    public string? VerifiedAt { get; init; }
    public string? CardNumber { get; init; }
    public int? Status { get; init; }
    public long? Amount { get; init; }
    public long? RefNumber { get; init; }
    public string? Description { get; init; }
    public string? OrderId { get; init; }
    public long? Wage { get; init; }
    public long? ShaparakFee { get; init; }
    public PaymentShare[]? MultiplexingInfos { get; init; }

    public static ZibalReply Of(int result) => new(result, ZibalResult.MessageOf(result));
}

internal static class ZibalJson
{
    /// <summary>camelCase; numbers may come as strings, as some clients send a trackId.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
