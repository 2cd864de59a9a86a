using DocuChat.Core.Usage;
using Microsoft.Extensions.AI;

namespace DocuChat.Core.Models;

/// <summary>
/// One call of a chat model, on its way through the pipeline: who makes it, and what became of it. The pipeline fills in the second half;
/// when the stream has ended, however it ended, <see cref="ToModelCall"/> is what is to be charged.
/// </summary>
public sealed class ChatCall
{
    private const string Key = "docuchat.call";

    public required Guid TenantId { get; init; }

    /// <summary>The tenant's slug, for the labels of metrics.</summary>
    public required string Tenant { get; init; }

    public Guid? UserId { get; init; }

    /// <summary>The question that the call is made for.</summary>
    public required Guid RequestId { get; init; }

    public required CallKind Kind { get; init; }

    public int Attempt { get; init; } = 1;

    /// <summary>What it may take at most; null for as much as an answer may.</summary>
    public int? MostTokens { get; init; }

    public DateTimeOffset BeganAt { get; internal set; }

    /// <summary>The model that was wanted first.</summary>
    public string ModelAsked { get; internal set; } = "";

    /// <summary>The model that answers, or was tried last.</summary>
    public string Model { get; internal set; } = "";

    /// <summary>Why the model asked did not answer, as a <see cref="ModelStatus"/>; null when it did.</summary>
    public string? FallbackReason { get; internal set; }

    public int TokensIn { get; internal set; }

    /// <summary>Tokens that came so far.</summary>
    public int TokensOut { get; internal set; }

    public TokenSource TokenSource { get; internal set; } = TokenSource.Tokenizer;

    /// <summary>From the call to its first text; null when none came.</summary>
    public TimeSpan? FirstTokenAfter { get; internal set; }

    /// <summary>Whether the answer broke off, or ended at the limit of its length.</summary>
    public bool IsTruncated { get; internal set; }

    /// <summary>Whether what answered quotes sentences and composes none, and says so on the wire (the sandbox does).</summary>
    public bool IsExtractive { get; internal set; }

    /// <summary>Whether the call was begun and is to be charged for what it used: tokens are set aside for it, which its line in the ledger gives back.</summary>
    public bool IsReserved { get; internal set; }

    /// <summary>The line of the ledger.</summary>
    public ModelCall ToModelCall() => new(RequestId, Kind, Attempt, ModelAsked, Model, TokensIn, TokensOut, TokenSource, BeganAt);

    internal ChatOptions AsOptions(string model, ModelsOptions limits) =>
        new()
        {
            ModelId = model,
            MaxOutputTokens = MostTokens ?? limits.LongestAnswerTokens,
            Temperature = (float?)limits.Temperature,
            AdditionalProperties = new() { [Key] = this },
        };

    internal static ChatCall Of(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(Key, out var call) == true && call is ChatCall found
            ? found
            : throw new InvalidOperationException("Chat models are called through ChatModels, which says for whom.");
}
