using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.Auth;

/// <summary>How tokens are signed and how long they live.</summary>
internal sealed class AuthOptions
{
    /// <summary>HS256 wants a key at least as long as its output (RFC 7518, section 3.2).</summary>
    public const int MinimumSecretBytes = 32;

    /// <summary>Signs new tokens. From <c>JWT_SECRET</c>.</summary>
    [Required]
    public string Secret { get; set; } = "";

    /// <summary>Still accepted while tokens that it signed live. From <c>JWT_SECRET_PREVIOUS</c>.</summary>
    public string? PreviousSecret { get; set; }

    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(30);

    public TimeSpan SignInCodeLifetime { get; set; } = TimeSpan.FromMinutes(10);

    public TimeSpan InvitationLifetime { get; set; } = TimeSpan.FromDays(7);
}

internal sealed class AuthOptionsValidator : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        if (string.IsNullOrEmpty(options.Secret))
            return ValidateOptionsResult.Fail("JWT_SECRET is not set: give it 32 random bytes or more, for example from `openssl rand -base64 48`.");
        if (Encoding.UTF8.GetByteCount(options.Secret) < AuthOptions.MinimumSecretBytes)
            return ValidateOptionsResult.Fail("JWT_SECRET is shorter than 32 bytes: make a longer one, for example with `openssl rand -base64 48`.");
        if (!string.IsNullOrEmpty(options.PreviousSecret) && Encoding.UTF8.GetByteCount(options.PreviousSecret) < AuthOptions.MinimumSecretBytes)
            return ValidateOptionsResult.Fail("JWT_SECRET_PREVIOUS is shorter than 32 bytes: give it the former JWT_SECRET, or unset it.");
        return ValidateOptionsResult.Success;
    }
}
