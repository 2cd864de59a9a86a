using DocuChat.Core.Persistence;

namespace DocuChat.Core.Tenancy;

/// <summary>A key that a program signs in with. The key itself is shown once and never stored.</summary>
public sealed class ApiKey : ITenantOwned
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TenantId { get; init; }
    public required Guid UserId { get; init; }
    public required string Name { get; set; }

    /// <summary>The first characters, so that a person can tell keys apart.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the whole key; the key has 256 random bits, so a slow hash would add nothing.</summary>
    public required byte[] KeyHash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}
