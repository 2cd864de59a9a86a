using DocuChat.Core.Conversations;

namespace DocuChat.Api.OpenAi;

/// <summary>Puts one answer into OpenAI's words.</summary>
/// <param name="id">The completion's id.</param>
/// <param name="created">When it began, in seconds since 1970.</param>
/// <param name="model">The model that was asked.</param>
/// <param name="api">The address that documents' links begin with.</param>
internal sealed class CompletionReply(string id, long created, string model, Uri api)
{
    private const string Role = "assistant";

    public Completion Whole(Answer answer) =>
        new(
            id,
            "chat.completion",
            created,
            model,
            [new CompletionChoice(0, new CompletionAnswer(Role, answer.Text, Annotation.Of(answer, api)), FinishReason(answer))],
            CompletionUsage.Of(answer.Receipt),
            new CompletionExtras(answer.Grounded, answer.Receipt)
        );

    public CompletionChunk Beginning() => Chunk(new ChunkDelta(Role, ""), null);

    public CompletionChunk Piece(string text) => Chunk(new ChunkDelta(Content: text), null);

    public CompletionChunk Ending(Answer answer) =>
        Chunk(new ChunkDelta(Annotations: answer.Citations.Count > 0 ? Annotation.Of(answer, api) : null), FinishReason(answer)) with
        {
            Docuchat = new CompletionExtras(answer.Grounded, answer.Receipt),
        };

    /// <summary>OpenAI sends the usage after the end, in a chunk without a choice.</summary>
    public CompletionChunk Usage(Answer answer) => new(id, "chat.completion.chunk", created, model, [], CompletionUsage.Of(answer.Receipt));

    private CompletionChunk Chunk(ChunkDelta delta, string? finishReason) => new(id, "chat.completion.chunk", created, model, [new ChunkChoice(0, delta, finishReason)]);

    // Broken off is what "length" means to a client: there would have been more.
    private static string FinishReason(Answer answer) => answer.Status == MessageStatus.Complete ? "stop" : "length";
}
