using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using DocuChat.Core.Conversations;

namespace DocuChat.Api.OpenAi;

/// <summary>A question as OpenAI's clients ask it. What is not named here is not looked at: the passages, not the caller, shape the answer.</summary>
/// <param name="Model">One of <c>/models</c>.</param>
/// <param name="Messages">The conversation; the last one is the question. Instructions of a system or developer are not followed.</param>
/// <param name="Stream">Whether the answer comes in chunks.</param>
/// <param name="StreamOptions">Whether the last chunk brings the usage.</param>
/// <param name="N">How many answers; one is given.</param>
public sealed record CompletionRequest([property: Required] string Model, [property: Required] IReadOnlyList<CompletionMessage> Messages, bool Stream = false, CompletionStreamOptions? StreamOptions = null, int? N = null);

/// <param name="Role"><c>user</c>, <c>assistant</c> or another, which is passed over.</param>
/// <param name="Content">A text, or parts that are texts.</param>
public sealed record CompletionMessage(string Role, JsonElement Content);

public sealed record CompletionStreamOptions(bool IncludeUsage = false);

/// <summary>A whole answer.</summary>
internal sealed record Completion(string Id, string Object, long Created, string Model, IReadOnlyList<CompletionChoice> Choices, CompletionUsage Usage, CompletionExtras Docuchat);

internal sealed record CompletionChoice(int Index, CompletionAnswer Message, string FinishReason);

/// <summary>The answer, with <c>[n]</c> in its text and the citation of each as an annotation.</summary>
internal sealed record CompletionAnswer(string Role, string Content, IReadOnlyList<Annotation> Annotations);

/// <summary>A piece of a streamed answer.</summary>
internal sealed record CompletionChunk(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChunkChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CompletionUsage? Usage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CompletionExtras? Docuchat = null
);

internal sealed record ChunkChoice(int Index, ChunkDelta Delta, string? FinishReason);

internal sealed record ChunkDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Annotation>? Annotations = null
);

internal sealed record CompletionUsage(int PromptTokens, int CompletionTokens, int TotalTokens)
{
    internal static CompletionUsage Of(Receipt receipt) => new(receipt.TokensIn, receipt.TokensOut, receipt.TokensIn + receipt.TokensOut);
}

/// <summary>What OpenAI's wire has no word for.</summary>
internal sealed record CompletionExtras(bool Grounded, Receipt Receipt);

/// <summary>A citation, as OpenAI annotates an answer with the source of a place in it.</summary>
internal sealed record Annotation(string Type, UrlCitation UrlCitation)
{
    /// <summary>The citations of an answer, each at the first place that cites it.</summary>
    internal static IReadOnlyList<Annotation> Of(Answer answer, Uri api) =>
        [
            .. answer.Citations.Select(citation =>
            {
                var marker = $"[{citation.N}]";
                var at = Math.Max(0, answer.Text.IndexOf(marker, StringComparison.Ordinal));
                var page = citation.Page is { } number ? $"#page={number}" : "";
                return new Annotation(
                    "url_citation",
                    new UrlCitation(
                        at,
                        at + marker.Length,
                        citation.DocumentName,
                        new Uri(api, $"documents/{citation.DocumentId}/content{page}").ToString(),
                        citation.N,
                        citation.DocumentId,
                        citation.Page,
                        citation.Quote,
                        citation.CharStart,
                        citation.CharEnd
                    )
                );
            }),
        ];
}

/// <param name="StartIndex">Where the marker begins in the answer, in UTF-16 code units.</param>
/// <param name="EndIndex">Where it ends.</param>
/// <param name="Title">The document's name.</param>
/// <param name="Url">The document itself, for who may read it.</param>
/// <param name="N">The number in the text.</param>
/// <param name="DocumentId">The document.</param>
/// <param name="Page">Its page, where it has pages.</param>
/// <param name="Quote">What was verified to stand there.</param>
/// <param name="CharStart">Where the quote begins in the document's text, in UTF-16 code units.</param>
/// <param name="CharEnd">Where it ends.</param>
internal sealed record UrlCitation(int StartIndex, int EndIndex, string Title, string Url, int N, Guid DocumentId, int? Page, string Quote, int CharStart, int CharEnd);
