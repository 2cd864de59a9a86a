using System.Text.Encodings.Web;
using System.Text.Json;

namespace DocuChat.Sandbox.OpenAi;

/// <summary>JSON as OpenAI writes it.</summary>
internal static class Wire
{
    /// <summary>snake_case; Persian stays readable, since nothing here is put into HTML.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a request's body; null when it is no JSON of this form.</summary>
    public static async Task<T?> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, Json, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
