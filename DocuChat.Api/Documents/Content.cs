using DocuChat.Api.Http;
using DocuChat.Core.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace DocuChat.Api.Documents;

/// <summary>A document's bytes and its extracted text.</summary>
internal static class Content
{
    public static void MapContent(this IEndpointRouteBuilder documents)
    {
        documents.MapGet("/{id:guid}/content", DownloadAsync).WithSummary("The file as it was uploaded");
        documents.MapGet("/{id:guid}/text", TextAsync).WithSummary("The extracted text; offsets of citations count UTF-16 code units in it");
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> DownloadAsync(Guid id, HttpContext context, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        if (await database.Documents.AsNoTracking().SingleOrDefaultAsync(document => document.Id == id, cancellationToken) is not { } document)
            return Problems.NotFound("document");
        context.Response.ContentLength = document.Bytes;
        // Somebody's HTML must not run as ours.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "sandbox";
        return TypedResults.Stream(stream => CopyPartsAsync(database, id, document.Version, stream, context.RequestAborted), document.ContentType, document.Name);
    }

    // A part at a time: neither the file nor a transaction is held while a slow reader reads.
    private static async Task CopyPartsAsync(DocuChatDbContext database, Guid id, int version, Stream target, CancellationToken cancellationToken)
    {
        for (var part = 0; ; part++)
        {
            var number = part;
            var content = await database.DocumentFiles.Where(file => file.DocumentId == id && file.Version == version && file.Part == number).Select(file => file.Content).SingleOrDefaultAsync(cancellationToken);
            if (content is null)
                return;
            await target.WriteAsync(content, cancellationToken);
        }
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> TextAsync(Guid id, DocuChatDbContext database, HttpContext context, CancellationToken cancellationToken, int? version = null)
    {
        var text = await database
            .DocumentTexts.Where(text => text.DocumentId == id && (version == null ? text.Version == database.Documents.Where(document => document.Id == id).Select(document => document.PublishedVersion).FirstOrDefault() : text.Version == version))
            .Select(text => text.Text)
            .SingleOrDefaultAsync(cancellationToken);
        if (text is null)
            return Problems.NotFound("text of that document");
        context.Response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        return TypedResults.Content(text, "text/plain; charset=utf-8");
    }
}
