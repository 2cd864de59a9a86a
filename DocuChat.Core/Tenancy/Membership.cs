using DocuChat.Core.Persistence;

namespace DocuChat.Core.Tenancy;

/// <summary>What a member may do: an owner everything, an admin all but the tenant's money and owners, a member use it.</summary>
public enum MemberRole
{
    Member,
    Admin,
    Owner,
}

/// <summary>A user's place in a tenant.</summary>
public sealed class Membership : ITenantOwned
{
    public required Guid TenantId { get; init; }
    public required Guid UserId { get; init; }
    public required MemberRole Role { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public Tenant? Tenant { get; init; }
    public User? User { get; init; }
}

/// <summary>The only way into a tenant that exists: a mail to an address, with a token of which only the hash is kept.</summary>
public sealed class Invitation : ITenantOwned
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TenantId { get; init; }
    public required string Email { get; init; }
    public required MemberRole Role { get; init; }

    /// <summary>SHA-256 of the token in the link.</summary>
    public required byte[] TokenHash { get; init; }

    public required Guid InvitedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? AcceptedAt { get; set; }
}
