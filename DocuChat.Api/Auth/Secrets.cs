using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DocuChat.Api.Auth;

/// <summary>Random words that open something (refresh tokens, API keys, invitations), and the hashes that are kept of them.</summary>
internal static class Secrets
{
    /// <summary>A word of 256 random bits.</summary>
    public static string Create(string prefix = "") => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
