using System.Text.Json;
using DocuChat.Api.Auth;
using DocuChat.Api.Billing;
using DocuChat.Api.Http;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Documents;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace DocuChat.Api.Documents;

/// <summary>
/// Files in. The multipart body is read as it arrives and each file goes on by itself, so that no request is ever held whole, and a refused
/// file does not cost the others.
/// </summary>
internal static class Uploads
{
    /// <summary>Form field of the files.</summary>
    private const string Field = "files";

    /// <summary>Largest request: some tens of files of the largest size, and no more, so that one call has an end.</summary>
    private const long MaximumRequestBytes = 20 * DocumentFilePart.MaximumFileBytes;

    public static void MapUploads(this IEndpointRouteBuilder documents)
    {
        documents
            .MapPost("/", UploadAsync)
            .RequireGoodStanding()
            .RequireRateLimit(RateLimiting.Uploads)
            .Accepts<IFormFile>("multipart/form-data")
            .WithMetadata(new RequestSizeLimitAttribute(MaximumRequestBytes))
            .WithSummary("Takes one or many files (multipart, field `files`, 50 MB each) and queues them; of a ZIP archive, each file in it");
        documents
            .MapPut("/{id:guid}/content", ReplaceAsync)
            .RequireGoodStanding()
            .RequireRateLimit(RateLimiting.Uploads)
            .Accepts<IFormFile>("multipart/form-data")
            // The multipart frame comes on top of the file.
            .WithMetadata(new RequestSizeLimitAttribute(DocumentFilePart.MaximumFileBytes + DocumentFilePart.PartBytes))
            .WithSummary("Gives a document new content; the old version answers until the new one is ready");
    }

    private static async Task<Results<Accepted<UploadResponse>, ProblemHttpResult>> UploadAsync(HttpRequest request, DocumentIntake intake, CurrentUser current, CancellationToken cancellationToken)
    {
        if (ReaderOf(request) is not { } reader)
            return NoMultipart();

        var taken = new List<UploadedDocument>();
        var refusals = new List<IntakeResult.Refused>();
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (FileOf(section) is not { } name)
                continue;
            await foreach (var (file, result) in intake.StoreAllAsync(current.UserId, name, section.Body, cancellationToken))
            {
                switch (result)
                {
                    case IntakeResult.Stored stored:
                        taken.Add(new(stored.Document.Id, stored.Document.Name, Word(stored.Document.Status), stored.AlreadyThere ? true : null));
                        break;
                    case IntakeResult.Refused refused:
                        taken.Add(new(null, file, "refused", Error: refused.Error));
                        refusals.Add(refused);
                        break;
                }
            }
        }

        if (taken.Count == 0)
            return Problems.BadRequest("The upload has no file.", $"Send one or many files in the multipart field `{Field}`.");
        return refusals.Count < taken.Count ? TypedResults.Accepted("/api/v1/documents", new UploadResponse(taken)) : AllRefused(taken, refusals);
    }

    private static async Task<Results<Accepted<DocumentView>, ProblemHttpResult>> ReplaceAsync(Guid id, HttpRequest request, DocumentIntake intake, CancellationToken cancellationToken)
    {
        if (ReaderOf(request) is not { } reader)
            return NoMultipart();
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (FileOf(section) is { } name)
                return await intake.ReplaceAsync(id, name, section.Body, cancellationToken) switch
                {
                    IntakeResult.Stored stored => TypedResults.Accepted($"/api/v1/documents/{id}", DocumentView.Of(stored.Document)),
                    IntakeResult.Refused { Reason: IntakeRefusal.NotFound } => Problems.NotFound("document"),
                    IntakeResult.Refused refused => Refused(refused),
                    _ => throw new InvalidOperationException("The intake gave an answer that this endpoint does not know."),
                };
        }
        return Problems.BadRequest("The upload has no file.", $"Send one file in the multipart field `{Field}`.");
    }

    private static MultipartReader? ReaderOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 200 } boundary
            ? new MultipartReader(boundary.Value!, request.Body)
            : null;

    // Any field's file is taken: a client that calls the field otherwise means the same.
    private static string? FileOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.IsFileDisposition()
            ? (HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value is { Length: > 0 } name ? name : "document")
            : null;

    private static string Word(DocumentStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    private static ProblemHttpResult NoMultipart() =>
        TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType, title: "An upload is multipart/form-data.", detail: $"Send the files in the field `{Field}`, for example: curl -F files=@report.pdf …");

    private static ProblemHttpResult Refused(IntakeResult.Refused refused) =>
        TypedResults.Problem(statusCode: StatusOf(refused.Reason), title: "The file was refused.", detail: refused.Error);

    private static ProblemHttpResult AllRefused(List<UploadedDocument> documents, List<IntakeResult.Refused> refusals) =>
        TypedResults.Problem(
            statusCode: refusals.Select(refusal => StatusOf(refusal.Reason)).Distinct().Count() == 1 ? StatusOf(refusals[0].Reason) : StatusCodes.Status400BadRequest,
            title: documents.Count == 1 ? "The file was refused." : "All files were refused.",
            detail: refusals.Count == 1 ? refusals[0].Error : "The reason stands beside each file under documents.",
            extensions: new Dictionary<string, object?> { ["documents"] = documents }
        );

    private static int StatusOf(IntakeRefusal refusal) =>
        refusal switch
        {
            IntakeRefusal.TooLarge => StatusCodes.Status413PayloadTooLarge,
            IntakeRefusal.UnknownType => StatusCodes.Status415UnsupportedMediaType,
            IntakeRefusal.NotFound => StatusCodes.Status404NotFound,
            IntakeRefusal.SameContentElsewhere => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status400BadRequest,
        };
}
