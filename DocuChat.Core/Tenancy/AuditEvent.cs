using DocuChat.Core.Persistence;

namespace DocuChat.Core.Tenancy;

/// <summary>Who did what, for the acts that matter later: sign-ins, members, keys, deletions, money.</summary>
public sealed class AuditEvent : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }
    public Guid? UserId { get; init; }

    /// <summary>Dotted verb, e.g. <c>document.deleted</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Id of what it was done to.</summary>
    public string? Subject { get; init; }

    public DateTimeOffset At { get; init; }
}
