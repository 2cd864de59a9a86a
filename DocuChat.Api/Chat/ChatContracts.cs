using System.ComponentModel.DataAnnotations;
using DocuChat.Core.Conversations;

namespace DocuChat.Api.Chat;

/// <summary>A question.</summary>
/// <param name="Message">The question itself.</param>
/// <param name="ConversationId">The conversation that it goes on; null begins one.</param>
/// <param name="DocumentIds">Documents to look in; null or empty for all.</param>
/// <param name="Model">One of the configured models; null for the default.</param>
/// <param name="Stream">Whether the answer comes as server-sent events, or as one object.</param>
public sealed record ChatRequest([property: Required(AllowEmptyStrings = true)] string Message, Guid? ConversationId, IReadOnlyList<Guid>? DocumentIds, string? Model, bool Stream = false);

/// <summary>A whole answer.</summary>
/// <param name="MessageId">Its id.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="Answer">Markdown; <c>[n]</c> in it is the citation with that number.</param>
/// <param name="Status"><c>complete</c>; <c>partial</c> when it broke off, <c>stopped</c> when its reader stopped it.</param>
/// <param name="Grounded">Whether it stands on the documents.</param>
/// <param name="Citations">Each was found in the stored text.</param>
/// <param name="Receipt">What it cost.</param>
public sealed record ChatAnswer(Guid MessageId, Guid ConversationId, string Answer, MessageStatus Status, bool Grounded, IReadOnlyList<AnswerCitation> Citations, Receipt Receipt)
{
    internal static ChatAnswer Of(Answer answer) => new(answer.MessageId, answer.ConversationId, answer.Text, answer.Status, answer.Grounded, answer.Citations, answer.Receipt);
}

/// <summary>First event of a stream: the ids, and the passages that the answer may cite.</summary>
public sealed record SourcesData(Guid MessageId, Guid ConversationId, IReadOnlyList<AnswerSource> Sources);

/// <summary>The next piece of the answer.</summary>
public sealed record DeltaData(string Text);
