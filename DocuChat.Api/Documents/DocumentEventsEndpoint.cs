using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using DocuChat.Api.Auth;
using DocuChat.Core.Documents;
using DocuChat.Core.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Documents;

/// <summary>The progress of the tenant's documents, as it happens.</summary>
internal static class DocumentEventsEndpoint
{
    public static void MapDocumentEvents(this IEndpointRouteBuilder documents) =>
        documents.MapGet("/events", Events).WithSummary("Stage and percent of each document that is being processed (server-sent events)");

    private static ServerSentEventsResult<DocumentEvent> Events(CurrentUser current, DocuChatDbContext database, DocumentEvents events, CancellationToken cancellationToken) =>
        TypedResults.ServerSentEvents(StreamAsync(database, events, current.TenantId, cancellationToken));

    private static async IAsyncEnumerable<SseItem<DocumentEvent>> StreamAsync(DocuChatDbContext database, DocumentEvents events, Guid tenantId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Where each stands now, so that a reader who connects late, or again, has missed nothing.
        var standing = await database
            .Documents.Where(document => document.Status != DocumentStatus.Ready && document.Status != DocumentStatus.Failed && document.Status != DocumentStatus.Cancelled)
            .Select(document => new DocumentEvent(document.Id, document.Status, document.Percent, document.Error))
            .ToListAsync(cancellationToken);
        foreach (var document in standing)
            yield return new SseItem<DocumentEvent>(document, "document");

        await foreach (var change in events.SubscribeAsync(tenantId, cancellationToken))
            yield return new SseItem<DocumentEvent>(change, "document");
    }
}
