using DocuChat.Core.Persistence;

namespace DocuChat.Core.Tenancy;

/// <summary>
/// One link of a chain of refresh tokens. Each is used once and replaced; a second use means that a copy was stolen, and ends the whole
/// family (RFC 9700, section 4.14.2).
/// </summary>
public sealed class RefreshToken : ITenantOwned
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TenantId { get; init; }
    public required Guid UserId { get; init; }

    /// <summary>The sign-in that the chain began with.</summary>
    public required Guid Family { get; init; }

    /// <summary>SHA-256 of the token.</summary>
    public required byte[] TokenHash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}
