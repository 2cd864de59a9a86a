using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Billing;

/// <summary>What a pay link says.</summary>
public enum PayLinkState
{
    Valid,

    /// <summary>It was ours, and its time is over.</summary>
    Expired,

    /// <summary>It was never ours.</summary>
    Forged,
}

/// <summary>Keys that sign pay links, derived from <c>JWT_SECRET</c> so that there is one secret to keep.</summary>
public sealed class PayLinkOptions
{
    /// <summary>From <c>JWT_SECRET</c>.</summary>
    public string Secret { get; set; } = "";

    /// <summary>From <c>JWT_SECRET_PREVIOUS</c>: links that it signed still work.</summary>
    public string? PreviousSecret { get; set; }
}

internal sealed class PayLinkOptionsValidator : IValidateOptions<PayLinkOptions>
{
    public ValidateOptionsResult Validate(string? name, PayLinkOptions options) =>
        Encoding.UTF8.GetByteCount(options.Secret) >= 32
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("JWT_SECRET is not set or shorter than 32 bytes: pay links are signed with it. Give the same value as the Api has.");
}

/// <summary>
/// The link of an e-mail: it lets its holder see and pay one invoice until a date, and nothing else. Nothing of it is stored; a token is the
/// invoice's number, the date and a MAC over both.
/// </summary>
public sealed class PayLinks
{
    private const int MacLength = 16;
    private const int Length = 8 + 8 + MacLength;
    private readonly IReadOnlyList<byte[]> _keys;
    private readonly BillingOptions _billing;
    private readonly TimeProvider _time;

    public PayLinks(IOptions<PayLinkOptions> options, IOptions<BillingOptions> billing, TimeProvider time)
    {
        _billing = billing.Value;
        _time = time;
        _keys = string.IsNullOrEmpty(options.Value.PreviousSecret) ? [KeyOf(options.Value.Secret)] : [KeyOf(options.Value.Secret), KeyOf(options.Value.PreviousSecret)];
    }

    /// <summary>The address of the page that shows the invoice and takes its payment, valid for <see cref="BillingOptions.LinkLifetime"/>.</summary>
    public Uri To(long invoiceId) => At($"pay/{Token(invoiceId, _time.GetUtcNow() + _billing.LinkLifetime)}");

    /// <summary>Where the gateway sends the payer back to.</summary>
    public Uri Callback => At("billing/callback");

    /// <summary>A token for <paramref name="invoiceId"/> that works until <paramref name="until"/>.</summary>
    public string Token(long invoiceId, DateTimeOffset until)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, invoiceId);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], until.ToUnixTimeSeconds());
        Mac(_keys[0], bytes[..16], bytes[16..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token; the invoice is 0 unless it is valid or expired.</summary>
    public PayLinkState Read(string token, out long invoiceId)
    {
        invoiceId = 0;
        Span<byte> bytes = stackalloc byte[Length];
        if (token.Length > 64 || !Base64Url.IsValid(token, out var length) || length != Length || !Base64Url.TryDecodeFromChars(token, bytes, out _))
            return PayLinkState.Forged;
        var genuine = false;
        Span<byte> mac = stackalloc byte[MacLength];
        foreach (var key in _keys)
        {
            Mac(key, bytes[..16], mac);
            genuine |= CryptographicOperations.FixedTimeEquals(mac, bytes[16..]);
        }
        if (!genuine)
            return PayLinkState.Forged;
        invoiceId = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) > _time.GetUtcNow().ToUnixTimeSeconds() ? PayLinkState.Valid : PayLinkState.Expired;
    }

    private Uri At(string path) => new($"{_billing.PublicUrl.ToString().TrimEnd('/')}/api/v1/{path}");

    private static byte[] KeyOf(string secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "docuchat pay link"u8.ToArray());

    private static void Mac(byte[] key, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, whole);
        whole[..MacLength].CopyTo(mac);
    }
}
