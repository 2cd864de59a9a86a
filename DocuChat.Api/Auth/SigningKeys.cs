using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace DocuChat.Api.Auth;

/// <summary>
/// The current key, which signs, and the previous one, which is still accepted: so a key is rotated without signing anyone out. Each is
/// named (<c>kid</c>) by its own hash, so that all replicas agree on the names.
/// </summary>
internal sealed class SigningKeys
{
    public SigningKeys(IOptions<AuthOptions> options)
    {
        Current = KeyOf(options.Value.Secret);
        All = string.IsNullOrEmpty(options.Value.PreviousSecret) ? [Current] : [Current, KeyOf(options.Value.PreviousSecret)];
    }

    public SymmetricSecurityKey Current { get; }

    public IReadOnlyList<SecurityKey> All { get; }

    private static SymmetricSecurityKey KeyOf(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        // Not a plain hash of the secret: the kid is public.
        return new SymmetricSecurityKey(bytes) { KeyId = Convert.ToHexStringLower(HMACSHA256.HashData(bytes, "docuchat kid"u8))[..16] };
    }
}
