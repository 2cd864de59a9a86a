using DocuChat.Core.Persistence;

namespace DocuChat.Core.Notifications;

/// <summary>
/// An e-mail that is to be sent, written by the transaction that it tells of. It is sent at least once; a repeat has the same Message-Id,
/// which mail readers show once.
/// </summary>
public sealed class Notification : ITenantOwned
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TenantId { get; init; }

    /// <summary>What it is, e.g. <c>invoice</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about and who gets it: a second one of the same key is not written. Unique within the tenant.</summary>
    public required string Key { get; init; }

    /// <summary>The one address that it goes to.</summary>
    public required string Recipient { get; init; }

    public required string Subject { get; init; }
    public required string Text { get; set; }
    public required string Html { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next; while a sender holds it, when another may take it.</summary>
    public required DateTimeOffset DueAt { get; set; }

    public int Attempts { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it was given up, because the recipient's server refuses it for good.</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>Why the last attempt failed, without the address.</summary>
    public string? Error { get; set; }
}
