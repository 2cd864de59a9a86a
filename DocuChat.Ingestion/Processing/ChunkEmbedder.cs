using DocuChat.Core.Models;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using DocuChat.Ingestion.Chunking;

namespace DocuChat.Ingestion.Processing;

/// <summary>Chunks with their vectors, and the call that made them; null when none was needed.</summary>
internal sealed record EmbeddedChunks(IReadOnlyList<NewChunk> Chunks, EmbeddingModel Model, ModelCall? Call);

/// <summary>Gives chunks their language and, where the model knows it, their vector.</summary>
internal sealed class ChunkEmbedder(EmbeddingClient embeddings)
{
    /// <summary>Texts that are asked for at once; progress is shown after each.</summary>
    private const int BatchSize = 32;

    /// <param name="claim">Whose document it is.</param>
    /// <param name="text">The extracted text.</param>
    /// <param name="drafts">Its chunks.</param>
    /// <param name="shown">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<EmbeddedChunks> EmbedAsync(Claim claim, string text, IReadOnlyList<ChunkDraft> drafts, Func<double, Task> shown, CancellationToken cancellationToken)
    {
        var model = await embeddings.ModelAsync(cancellationToken);
        var chunks = drafts.Select(draft => ToChunk(draft, text)).ToArray();
        // By length, because a batch costs as much as its longest text; a chunk in a language that the model does not know gets no vector.
        var known = Enumerable.Range(0, chunks.Length).Where(index => Knows(model, chunks[index].Language)).OrderBy(index => chunks[index].Text.Length).ToArray();
        ModelCall? call = null;
        var done = 0;
        foreach (var batch in known.Chunk(BatchSize))
        {
            var result = await embeddings.EmbedAsync(
                claim.TenantId,
                [.. batch.Select(index => TextToEmbed(chunks[index]))],
                CallKind.IngestionEmbedding,
                call?.RequestId ?? Guid.CreateVersion7(),
                cancellationToken
            );
            for (var i = 0; i < batch.Length; i++)
                chunks[batch[i]] = chunks[batch[i]] with { Vector = result.Vectors[i] };
            call = call is null ? result.Call : Sum(call, result.Call);
            done += batch.Length;
            await shown((double)done / known.Length);
        }
        return new EmbeddedChunks(chunks, model, call);
    }

    private static NewChunk ToChunk(ChunkDraft draft, string text)
    {
        var content = text[draft.CharStart..draft.CharEnd];
        return new NewChunk(draft.Ordinal, draft.Page, draft.HeadingPath, draft.CharStart, draft.CharEnd, content, LanguageDetector.Detect(content), null);
    }

    private static bool Knows(EmbeddingModel model, string language) => model.Languages.Length == 0 || model.Languages.Contains(language);

    // What a passage is about is often only in its headings.
    private static string TextToEmbed(NewChunk chunk) => chunk.HeadingPath is null ? chunk.Text : $"{chunk.HeadingPath}\n{chunk.Text}";

    private static ModelCall Sum(ModelCall first, ModelCall next) =>
        first with
        {
            TokensIn = first.TokensIn + next.TokensIn,
            TokenSource = first.TokenSource == TokenSource.Provider ? next.TokenSource : first.TokenSource,
        };
}
