using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using System.Text.Json;
using DocuChat.Api.Auth;
using DocuChat.Api.Billing;
using DocuChat.Api.Http;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Models;
using DocuChat.Core.Persistence;
using DocuChat.Core.Usage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.OpenAi;

/// <summary>Makes vectors over OpenAI's wire, metered and charged like any other call.</summary>
internal static class EmbeddingsApi
{
    /// <summary>OpenAI's own limit.</summary>
    private const int MostTexts = 2048;

    public static void MapEmbeddings(this IEndpointRouteBuilder api) =>
        api.MapPost("/embeddings", EmbedAsync).RequireGoodStanding().RequireRateLimit(RateLimiting.Questions).WithSummary("Makes vectors of texts, as OpenAI's embeddings");

    private static async Task<Results<Ok<EmbeddingList>, ProblemHttpResult>> EmbedAsync(
        EmbeddingRequest request,
        CurrentUser current,
        EmbeddingClient embeddings,
        DocuChatDbContext database,
        UsageLedger ledger,
        UsageMetrics metrics,
        IOptions<ModelsOptions> options,
        CancellationToken cancellationToken
    )
    {
        var model = options.Value.Embedding;
        if (request.Model != model.Name)
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: $"There is no embedding model {request.Model}.", detail: $"Use {model.Name}.");
        if (request.Dimensions is { } dimensions && dimensions != model.Dimensions)
            return Problems.BadRequest("The vectors have another length.", $"{model.Name} makes vectors of {model.Dimensions} numbers here: leave out dimensions.");
        if (TextsOf(request.Input) is not { Count: > 0 and <= MostTexts } texts || texts.Any(string.IsNullOrWhiteSpace))
            return Problems.BadRequest("There is nothing to make vectors of.", $"input must be a text or 1 to {MostTexts} texts, none of them empty. Token numbers are not read.");

        var made = await embeddings.EmbedAsync(current.TenantId, texts, CallKind.ClientEmbedding, Guid.CreateVersion7(), null, cancellationToken);
        // They were made: the charge does not depend on whether the caller still waits.
        var charge = await ledger.AddAsync(database, current.TenantId, current.UserId, made.Call, CancellationToken.None);
        if (charge.Added)
            metrics.Committed(current.TenantSlug, made.Call);
        var data = made.Vectors.Select((vector, i) => new EmbeddingItem("embedding", i, request.EncodingFormat == "base64" ? Base64(vector) : vector.ToArray()));
        return TypedResults.Ok(new EmbeddingList("list", [.. data], model.Name, new EmbeddingUsage(made.Call.TokensIn, made.Call.TokensIn)));
    }

    private static List<string>? TextsOf(JsonElement input) =>
        input.ValueKind switch
        {
            JsonValueKind.String => [input.GetString()!],
            JsonValueKind.Array when input.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String) => [.. input.EnumerateArray().Select(text => text.GetString()!)],
            _ => null,
        };

    // Little-endian single precision, which is how every machine that runs this holds them.
    private static string Base64(ReadOnlyMemory<float> vector) => Convert.ToBase64String(MemoryMarshal.AsBytes(vector.Span));
}

public sealed record EmbeddingRequest([property: Required] string Model, JsonElement Input, string? EncodingFormat = null, int? Dimensions = null);

internal sealed record EmbeddingList(string Object, IReadOnlyList<EmbeddingItem> Data, string Model, EmbeddingUsage Usage);

/// <param name="Object">Always <c>embedding</c>.</param>
/// <param name="Index">The text's place in the input.</param>
/// <param name="Embedding">Numbers, or with the encoding <c>base64</c> their bytes.</param>
internal sealed record EmbeddingItem(string Object, int Index, object Embedding);

internal sealed record EmbeddingUsage(int PromptTokens, int TotalTokens);
