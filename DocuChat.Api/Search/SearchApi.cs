using System.ComponentModel.DataAnnotations;
using DocuChat.Api.Billing;
using DocuChat.Api.Http;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Search;

/// <param name="Query">What to look for.</param>
/// <param name="TopK">How many passages, at most 100.</param>
/// <param name="DocumentIds">Documents to look in; null or empty for all.</param>
public sealed record SearchRequest([property: Required, StringLength(8000)] string Query, [property: Range(1, 100)] int TopK = 10, IReadOnlyList<Guid>? DocumentIds = null);

/// <summary>The passages that fit best, best first.</summary>
public sealed record SearchAnswer(IReadOnlyList<PassageView> Passages);

/// <summary>A passage; its range counts UTF-16 code units of the document's text.</summary>
public sealed record PassageView(Guid DocumentId, string DocumentName, int? Page, string? HeadingPath, string Text, int CharStart, int CharEnd, double Score);

internal static class SearchApi
{
    public static void AddSearch(this WebApplicationBuilder builder) => builder.Services.AddScoped<ChargedSearch>();

    public static void MapSearchApi(this IEndpointRouteBuilder api) =>
        api.MapPost("/search", SearchAsync).WithTags("Search").WithSummary("Finds passages in the tenant's documents").RequireAuthorization().RequireGoodStanding().RequireRateLimit(RateLimiting.Questions);

    private static async Task<Results<Ok<SearchAnswer>, ProblemHttpResult>> SearchAsync(
        SearchRequest request,
        ChargedSearch search,
        DocuChatDbContext database,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrWhiteSpace(request.Query))
            return Problems.BadRequest("There is nothing to look for.", "Put it into query.");
        var documents = request.DocumentIds is { Count: > 0 } ids ? ids.Distinct().ToList() : null;
        if (documents is not null && await database.Documents.CountAsync(document => documents.Contains(document.Id), cancellationToken) < documents.Count)
            return Problems.NotFound("document");

        return TypedResults.Ok(new SearchAnswer(await search.SearchAsync(request.Query, request.TopK, documents, cancellationToken)));
    }
}
