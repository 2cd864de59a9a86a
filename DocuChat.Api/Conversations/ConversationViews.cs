using System.ComponentModel.DataAnnotations;
using DocuChat.Core.Conversations;

namespace DocuChat.Api.Conversations;

/// <summary>A conversation in a list.</summary>
public sealed record ConversationView(Guid Id, string Title, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static ConversationView Of(Conversation conversation) => new(conversation.Id, conversation.Title, conversation.CreatedAt, conversation.UpdatedAt);
}

/// <summary>A conversation with all that was said in it, oldest first.</summary>
public sealed record ConversationDetail(Guid Id, string Title, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<MessageView> Messages);

/// <summary>A question (role <c>user</c>) or an answer (role <c>assistant</c>).</summary>
public sealed record MessageView(
    Guid Id,
    MessageRole Role,
    string Content,
    MessageStatus Status,
    bool? Grounded,
    IReadOnlyList<AnswerCitation> Citations,
    Receipt? Receipt,
    int? Feedback,
    DateTimeOffset CreatedAt
)
{
    internal static MessageView Of(Message message) =>
        new(
            message.Id,
            message.Role,
            message.Content,
            message.Status,
            message.Grounded,
            [
                .. message
                    .Citations.OrderBy(citation => citation.Id)
                    .Select(citation => new AnswerCitation(
                        citation.N,
                        citation.DocumentId,
                        citation.Version,
                        citation.DocumentName,
                        citation.Page,
                        citation.Quote,
                        citation.CharStart,
                        citation.CharEnd,
                        citation.Boxes
                    )),
            ],
            message.Receipt,
            message.Feedback,
            message.CreatedAt
        );
}

/// <summary>A new title.</summary>
public sealed record RenameRequest([property: Required, StringLength(200, MinimumLength = 1)] string Title);

/// <summary>An opinion of an answer.</summary>
/// <param name="Feedback">1 (good), -1 (bad) or 0 (none).</param>
/// <param name="Comment">Why, if the reader likes to say.</param>
public sealed record FeedbackRequest([property: Range(-1, 1)] int Feedback, [property: StringLength(2000)] string? Comment);
