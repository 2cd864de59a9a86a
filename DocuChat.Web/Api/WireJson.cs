using System.Text.Json;
using System.Text.Json.Serialization;

namespace DocuChat.Web.Api;

/// <summary>How the Api writes JSON.</summary>
internal static class WireJson
{
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };

    /// <summary>Reads a whole value; text that is no such value is a fault of the Api, not of the reader.</summary>
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"The Api sent null where {typeof(T).Name} was due.");
}

/// <summary>A page of a list.</summary>
internal sealed record Listing<T>(IReadOnlyList<T> Items, string? NextCursor);
