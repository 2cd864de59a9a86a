using DocuChat.Api.Auth;
using DocuChat.Api.Billing;
using DocuChat.Api.Http;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Documents;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Documents;

internal static class DocumentsApi
{
    public static void AddDocuments(this WebApplicationBuilder builder) => builder.AddDocumentIntake();

    public static void MapDocumentsApi(this IEndpointRouteBuilder api)
    {
        var documents = api.MapGroup("/documents").WithTags("Documents").RequireAuthorization();
        documents.MapUploads();
        documents.MapContent();
        documents.MapDocumentEvents();
        documents.MapGet("/", ListAsync).WithSummary("The tenant's documents, newest first");
        documents.MapGet("/{id:guid}", GetAsync).WithSummary("One document: its state, percent, stages and reason of a failure");
        documents.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Removes a document and all that was made from it");
        documents.MapPost("/{id:guid}/reindex", ReindexAsync).RequireGoodStanding().RequireRateLimit(RateLimiting.Uploads).WithSummary("Processes a document again; the old chunks answer until the new ones are there");
        documents.MapPost("/{id:guid}/cancel", CancelAsync).WithSummary("Stops the processing of a document");
    }

    private static async Task<Results<Ok<Page<DocumentView>>, ProblemHttpResult>> ListAsync(DocuChatDbContext database, CancellationToken cancellationToken, string? cursor = null, int? limit = null)
    {
        if (!Cursor.TryParse(cursor, out var after))
            return Problems.BadCursor();
        var take = Cursor.Limit(limit);
        var query = database.Documents.AsNoTracking();
        if (after is { } place)
            query = query.Where(document => document.CreatedAt < place.At || (document.CreatedAt == place.At && document.Id.CompareTo(place.Id) < 0));
        var rows = await query.OrderByDescending(document => document.CreatedAt).ThenByDescending(document => document.Id).Take(take + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Cursor.PageOf(rows, take, document => new Cursor(document.CreatedAt, document.Id), DocumentView.Of));
    }

    private static async Task<Results<Ok<DocumentView>, ProblemHttpResult>> GetAsync(Guid id, DocuChatDbContext database, CancellationToken cancellationToken) =>
        await database.Documents.AsNoTracking().SingleOrDefaultAsync(document => document.Id == id, cancellationToken) is { } found ? TypedResults.Ok(DocumentView.Of(found)) : Problems.NotFound("document");

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, DocumentIntake intake, CurrentUser current, DocuChatDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!await intake.DeleteAsync(id, cancellationToken))
            return Problems.NotFound("document");
        database.AuditEvents.Add(new AuditEvent { TenantId = current.TenantId, UserId = current.UserId, Action = "document.deleted", Subject = id.ToString(), At = time.GetUtcNow() });
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Accepted<DocumentView>, ProblemHttpResult>> ReindexAsync(Guid id, DocumentIntake intake, CancellationToken cancellationToken) =>
        await intake.ReindexAsync(id, cancellationToken) is { } document ? TypedResults.Accepted($"/api/v1/documents/{id}", DocumentView.Of(document)) : Problems.NotFound("document");

    private static async Task<Results<Ok<DocumentView>, ProblemHttpResult>> CancelAsync(Guid id, DocumentIntake intake, CancellationToken cancellationToken) =>
        await intake.CancelAsync(id, cancellationToken) is { } document ? TypedResults.Ok(DocumentView.Of(document)) : Problems.NotFound("document");
}
