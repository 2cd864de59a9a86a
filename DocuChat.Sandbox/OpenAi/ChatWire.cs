using System.Text.Json;
using System.Text.Json.Serialization;

namespace DocuChat.Sandbox.OpenAi;

internal sealed record ChatRequest(string? Model, ChatRequest.Message[]? Messages, bool Stream, ChatRequest.Options? StreamOptions, int? MaxTokens, int? MaxCompletionTokens)
{
    internal sealed record Options(bool IncludeUsage);

    /// <param name="Content">A string, or a list of parts of which those of type <c>text</c> are read.</param>
    internal sealed record Message(string? Role, JsonElement Content)
    {
        public string Text =>
            Content.ValueKind switch
            {
                JsonValueKind.String => Content.GetString()!,
                JsonValueKind.Array => string.Join('\n', Content.EnumerateArray().Select(TextOf)),
                _ => "",
            };

        private static string? TextOf(JsonElement part) => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
    }
}

internal sealed record ChatUsage(int PromptTokens, int CompletionTokens, int TotalTokens)
{
    public static ChatUsage Of(int prompt, int completion) => new(prompt, completion, prompt + completion);
}

internal sealed record ChatMessage(string Role, string Content, string? Refusal = null);

internal sealed record ChatChoice(int Index, ChatMessage Message, string FinishReason, object? Logprobs = null);

internal sealed record ChatCompletion(
    string Id,
    long Created,
    string Model,
    ChatChoice[] Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatUsage? Usage,
    string SystemFingerprint = ChatCompletion.Fingerprint,
    string Object = "chat.completion"
)
{
    /// <summary>Says in each answer that it is quoted and not written.</summary>
    public const string Fingerprint = "sandbox-extractive";
}

internal sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content = null
);

internal sealed record ChatChunkChoice(int Index, ChatDelta Delta, string? FinishReason, object? Logprobs = null);

internal sealed record ChatChunk(
    string Id,
    long Created,
    string Model,
    ChatChunkChoice[] Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatUsage? Usage,
    string SystemFingerprint = ChatCompletion.Fingerprint,
    string Object = "chat.completion.chunk"
);
