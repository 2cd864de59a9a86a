namespace DocuChat.Web.Chat;

/// <summary>A passage that an answer may point at (while it streams), or does point at (a verified citation has the quote).</summary>
public sealed record Source(int N, Guid DocumentId, string DocumentName, int? Version, int? Page, string? HeadingPath, string? Text, string? Quote, int CharStart, int CharEnd)
{
    /// <summary>What to show of the document.</summary>
    public string Passage => Quote ?? Text ?? "";
}

/// <summary>What an answer cost and how it came about; times in seconds. An extractive answer is quoted and not composed.</summary>
public sealed record Receipt(
    string? ModelAsked,
    string Model,
    string? FallbackReason,
    int TokensIn,
    int TokensOut,
    decimal CostTomans,
    double? SecondsToFirstToken,
    double Seconds,
    bool Extractive = false
)
{
    /// <summary>Whether no model was asked, because nothing was found to answer from.</summary>
    public bool HasNoModel => Model == "none";
}

internal sealed record ChatRequest(string Message, Guid? ConversationId, bool Stream = true);

internal sealed record SourcesEvent(Guid MessageId, Guid ConversationId, IReadOnlyList<Source>? Sources);

internal sealed record DeltaEvent(string Text);

internal sealed record DoneEvent(Guid MessageId, Guid ConversationId, string Answer, string? Status, bool? Grounded, IReadOnlyList<Source>? Citations, Receipt? Receipt);

/// <summary>A conversation in the list.</summary>
public sealed record ConversationHead(Guid Id, string? Title, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

internal sealed record ConversationWhole(Guid Id, string? Title, IReadOnlyList<StoredMessage> Messages);

internal sealed record StoredMessage(
    Guid Id,
    string Role,
    string Content,
    string? Status,
    bool? Grounded,
    IReadOnlyList<Source>? Citations,
    Receipt? Receipt,
    int? Feedback,
    DateTimeOffset CreatedAt
);

internal sealed record TitleChange(string Title);

/// <summary>1 (good), -1 (bad) or 0 (none).</summary>
internal sealed record FeedbackBody(int Feedback);
