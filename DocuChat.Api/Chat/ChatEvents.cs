using System.Diagnostics;
using System.Runtime.CompilerServices;
using DocuChat.Core.Conversations;
using Microsoft.AspNetCore.Mvc;

namespace DocuChat.Api.Chat;

/// <summary>An answer's events in the words of the wire: <c>sources, delta…, citation…, usage, done | error</c>.</summary>
internal static class ChatEvents
{
    public static async IAsyncEnumerable<ServerEvent> OfAsync(IAsyncEnumerable<(int Number, AnswerEvent Event)> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (number, @event) in events.WithCancellation(cancellationToken))
        {
            var (type, data) = Wire(@event);
            yield return new ServerEvent(type, data, number);
        }
    }

    /// <summary>A failure as the problem that a client would have got for a call without a stream.</summary>
    public static ProblemDetails Problem(AnswerFailed failure) =>
        new()
        {
            Status = failure.Status,
            Type = failure.Type,
            Title = failure.Title,
            Detail = failure.Detail,
            Extensions = { ["traceId"] = Activity.Current?.TraceId.ToString() },
        };

    private static (string Type, object Data) Wire(AnswerEvent @event) =>
        @event switch
        {
            SourcesFound found => ("sources", new SourcesData(found.MessageId, found.ConversationId, found.Sources)),
            TextAdded added => ("delta", new DeltaData(added.Text)),
            CitationVerified verified => ("citation", verified.Citation),
            AnswerCharged charged => ("usage", charged.Receipt),
            AnswerDone done => ("done", ChatAnswer.Of(done.Answer)),
            AnswerFailed failed => ("error", Problem(failed)),
            _ => throw new UnreachableException($"{@event.GetType().Name} has no name on the wire."),
        };
}
