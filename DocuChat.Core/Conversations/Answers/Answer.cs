using System.Text.Json.Serialization;

namespace DocuChat.Core.Conversations;

/// <summary>A question on its way to an answer. Everything in it was checked by the caller: the conversation and the documents are the user's.</summary>
/// <param name="TenantId">Who pays.</param>
/// <param name="TenantSlug">The tenant's slug, for metrics.</param>
/// <param name="UserId">Who asks.</param>
/// <param name="MessageId">Id that its answer will have.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="IsNewConversation">Whether the conversation has yet to be made.</param>
/// <param name="Text">The question.</param>
/// <param name="DocumentIds">Documents to look in; null for all.</param>
/// <param name="Model">The model asked for; null for the default.</param>
/// <param name="Earlier">What was said before, oldest first, where the caller keeps the conversation: nothing of it is stored then but the charge. Null where it is one of ours.</param>
public sealed record Question(
    Guid TenantId,
    string TenantSlug,
    Guid UserId,
    Guid MessageId,
    Guid ConversationId,
    bool IsNewConversation,
    string Text,
    IReadOnlyList<Guid>? DocumentIds,
    string? Model,
    IReadOnlyList<Message>? Earlier = null
)
{
    /// <summary>The answer's name.</summary>
    public AnswerId AnswerId => new(TenantId, UserId, MessageId);

    /// <summary>A question of a caller that keeps the conversation itself.</summary>
    public static Question Alone(Guid tenantId, string tenantSlug, Guid userId, string text, string? model, IReadOnlyList<Message> earlier) =>
        new(tenantId, tenantSlug, userId, MessageId: Guid.CreateVersion7(), ConversationId: Guid.CreateVersion7(), IsNewConversation: true, text, DocumentIds: null, model, earlier);
}

/// <summary>A verified citation of an answer: <see cref="Quote"/> stands at the half-open range (UTF-16 code units) of the version's stored text.</summary>
public sealed record AnswerCitation(
    int N,
    Guid DocumentId,
    int Version,
    string DocumentName,
    int? Page,
    string Quote,
    int CharStart,
    int CharEnd,
    IReadOnlyList<CitationBox>? Boxes
);

/// <summary>A passage that the answer may cite by its number.</summary>
public sealed record AnswerSource(int N, Guid DocumentId, string DocumentName, int? Page, string? HeadingPath, string Text, int CharStart, int CharEnd, double Score);

/// <summary>A whole answer, as it is stored.</summary>
public sealed record Answer(Guid MessageId, Guid ConversationId, string Text, MessageStatus Status, bool Grounded, IReadOnlyList<AnswerCitation> Citations, Receipt Receipt);

/// <summary>Names an answer, and whose it is: nobody else finds it by this.</summary>
/// <param name="TenantId">Who pays for it.</param>
/// <param name="UserId">Who asked.</param>
/// <param name="MessageId">The answer.</param>
public readonly record struct AnswerId(Guid TenantId, Guid UserId, Guid MessageId);

/// <summary>What happens while an answer is made, in the order in which a reader sees it. As JSON it names its kind, so that another process reads the same.</summary>
[JsonDerivedType(typeof(SourcesFound), "sources")]
[JsonDerivedType(typeof(TextAdded), "delta")]
[JsonDerivedType(typeof(CitationVerified), "citation")]
[JsonDerivedType(typeof(AnswerCharged), "usage")]
[JsonDerivedType(typeof(AnswerDone), "done")]
[JsonDerivedType(typeof(AnswerFailed), "error")]
public abstract record AnswerEvent
{
    /// <summary>Whether nothing comes after it.</summary>
    [JsonIgnore]
    public bool IsLast => this is AnswerDone or AnswerFailed;
}

/// <summary>First: what was found.</summary>
public sealed record SourcesFound(Guid MessageId, Guid ConversationId, IReadOnlyList<AnswerSource> Sources) : AnswerEvent;

/// <summary>The next piece of text.</summary>
public sealed record TextAdded(string Text) : AnswerEvent;

/// <summary>A citation whose marker is about to come, or has just come, in the text. One with a number that came before replaces it: its quote has grown.</summary>
public sealed record CitationVerified(AnswerCitation Citation) : AnswerEvent;

/// <summary>What the answer cost; it is committed by now.</summary>
public sealed record AnswerCharged(Receipt Receipt) : AnswerEvent;

/// <summary>Last: the whole answer.</summary>
public sealed record AnswerDone(Answer Answer) : AnswerEvent;

/// <summary>Last: there is no answer, or none that can be told; <see cref="Detail"/> says what was charged.</summary>
/// <param name="Status">HTTP status that says it best.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="Detail">What to do.</param>
/// <param name="Type">URI that names this kind of problem; null where the status says it all.</param>
public sealed record AnswerFailed(int Status, string Title, string Detail, string? Type = null) : AnswerEvent;
