using System.Runtime.InteropServices;
using System.Text.Json;
using DocuChat.Sandbox.Embeddings;

namespace DocuChat.Sandbox.OpenAi;

/// <summary><c>POST /v1/embeddings</c>.</summary>
internal static class EmbeddingsEndpoint
{
    private const int MaxInputs = 2048;

    internal sealed record Request(JsonElement Input, string? Model, string? EncodingFormat, int? Dimensions);

    /// <param name="Embedding">Numbers, or little-endian 32-bit floats in base64.</param>
    internal sealed record Item(int Index, object Embedding, string Object = "embedding");

    internal sealed record Usage(int PromptTokens, int TotalTokens);

    internal sealed record Response(Item[] Data, string Model, Usage Usage, string Object = "list");

    public static async Task<IResult> CreateAsync(HttpRequest http, SentenceEncoder encoder, CancellationToken cancellationToken)
    {
        if (await Wire.ReadAsync<Request>(http, cancellationToken) is not { } request)
            return OpenAiError.Invalid("We could not parse the JSON body of your request.");
        if (Refusal(request, out var texts) is { } refusal)
            return refusal;

        var embeddings = await encoder.EncodeAsync(texts, cancellationToken);
        var base64 = request.EncodingFormat == "base64";
        var tokens = embeddings.Sum(embedding => embedding.Tokens);
        return TypedResults.Json(
            new Response([.. embeddings.Select((embedding, index) => new Item(index, base64 ? Base64(embedding.Vector) : embedding.Vector))], SentenceEncoder.ModelName, new Usage(tokens, tokens)),
            Wire.Json
        );
    }

    private static IResult? Refusal(Request request, out IReadOnlyList<string> texts)
    {
        texts = [];
        if (string.IsNullOrEmpty(request.Model))
            return OpenAiError.Invalid("you must provide a model parameter", "model");
        if (request.Model != SentenceEncoder.ModelName)
            return OpenAiError.UnknownModel(request.Model);
        if (request.EncodingFormat is not (null or "float" or "base64"))
            return OpenAiError.Invalid($"'{request.EncodingFormat}' is not one of ['float', 'base64'] - 'encoding_format'", "encoding_format");
        // As OpenAI does for its own models whose vectors cannot be shortened.
        if (request.Dimensions is { } dimensions && dimensions != SentenceEncoder.Dimensions)
            return OpenAiError.Invalid($"This model does not support specifying dimensions: its vectors have {SentenceEncoder.Dimensions}.", "dimensions");

        texts = TextsOf(request.Input);
        return texts switch
        {
            [] => OpenAiError.Invalid("'$.input' must be a string or a list of strings. Lists of token ids are not understood here: they belong to another vocabulary.", "input"),
            { Count: > MaxInputs } => OpenAiError.Invalid($"'$.input' is too long: at most {MaxInputs} items, found {texts.Count}.", "input"),
            _ when texts.Any(string.IsNullOrEmpty) => OpenAiError.Invalid("'$.input' has an empty string.", "input"),
            _ => null,
        };
    }

    private static IReadOnlyList<string> TextsOf(JsonElement input) =>
        input.ValueKind switch
        {
            JsonValueKind.String => [input.GetString()!],
            JsonValueKind.Array when input.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => [.. input.EnumerateArray().Select(item => item.GetString()!)],
            _ => [],
        };

    private static string Base64(float[] vector) => Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan()));
}
