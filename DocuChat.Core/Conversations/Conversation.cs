using DocuChat.Core.Persistence;

namespace DocuChat.Core.Conversations;

/// <summary>A thread of questions and answers of one user.</summary>
public sealed class Conversation : ITenantOwned
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TenantId { get; init; }
    public required Guid UserId { get; init; }
    public required string Title { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

public enum MessageRole
{
    User,
    Assistant,
}

public enum MessageStatus
{
    Complete,

    /// <summary>The model's stream broke off, or its reader went away: what came is kept and shown as cut.</summary>
    Partial,

    /// <summary>The reader stopped it.</summary>
    Stopped,
}

/// <summary>A question or an answer. An answer carries its receipt.</summary>
public sealed class Message : ITenantOwned
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TenantId { get; init; }
    public required Guid ConversationId { get; init; }
    public required MessageRole Role { get; init; }
    public required string Content { get; set; }
    public MessageStatus Status { get; set; } = MessageStatus.Complete;

    /// <summary>Whether the answer stands on passages of the tenant's documents; null for a question.</summary>
    public bool? Grounded { get; set; }

    public Receipt? Receipt { get; set; }

    /// <summary>The reader's opinion: 1 or -1.</summary>
    public int? Feedback { get; set; }

    public string? FeedbackComment { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public List<Citation> Citations { get; init; } = [];
}

/// <summary>What an answer cost and how it came about. Times are in seconds, the cost in Tomans; an extractive answer is quoted and not composed.</summary>
public sealed record Receipt(
    string ModelAsked,
    string Model,
    string? FallbackReason,
    int TokensIn,
    int TokensOut,
    decimal CostTomans,
    double? SecondsToFirstToken,
    double Seconds,
    bool Extractive = false
);

/// <summary>A box on a page, in points with the origin at the top left.</summary>
public sealed record CitationBox(int Page, double X, double Y, double Width, double Height);

/// <summary>A quote that was found in the stored text. It keeps all that is needed to show it, and outlives the chunk it came from.</summary>
public sealed class Citation : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid MessageId { get; init; }

    /// <summary>The number in the answer's text, from 1.</summary>
    public required int N { get; init; }

    public required Guid DocumentId { get; init; }
    public required int Version { get; init; }
    public required string DocumentName { get; init; }
    public int? Page { get; init; }

    /// <summary>Half-open range of the quote in the version's text, in UTF-16 code units.</summary>
    public required int CharStart { get; init; }

    public required int CharEnd { get; init; }
    public required string Quote { get; init; }
    public IReadOnlyList<CitationBox>? Boxes { get; init; }
}
