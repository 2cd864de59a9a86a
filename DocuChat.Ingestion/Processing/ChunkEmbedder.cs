using DocuChat.Core.Models;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using DocuChat.Ingestion.Chunking;

namespace DocuChat.Ingestion.Processing;

/// <summary>Chunks with their vectors, and the call that made them; null when none was needed.</summary>
internal sealed record EmbeddedChunks(IReadOnlyList<NewChunk> Chunks, EmbeddingModel Model, ModelCall? Call);

/// <summary>Gives chunks their language and, where the model knows it, their vector.</summary>
internal sealed class ChunkEmbedder(EmbeddingClient embeddings)
{
    /// <param name="claim">Whose document it is.</param>
    /// <param name="text">The extracted text.</param>
    /// <param name="drafts">Its chunks.</param>
    /// <param name="shown">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BudgetException">The tenant's budget does not allow it.</exception>
    public async Task<EmbeddedChunks> EmbedAsync(Claim claim, string text, IReadOnlyList<ChunkDraft> drafts, Func<double, Task> shown, CancellationToken cancellationToken)
    {
        var model = await embeddings.ModelAsync(cancellationToken);
        var chunks = drafts.Select(draft => ToChunk(draft, text)).ToArray();
        // By length, because a batch costs as much as its longest text; a chunk in a language that the model does not know gets no vector.
        var known = Enumerable.Range(0, chunks.Length).Where(index => Knows(model, chunks[index].Language)).OrderBy(index => chunks[index].Text.Length).ToArray();
        if (known.Length == 0)
            return new EmbeddedChunks(chunks, model, null);
        var result = await embeddings.EmbedAsync(
            claim.TenantId,
            [.. known.Select(index => TextToEmbed(chunks[index]))],
            CallKind.IngestionEmbedding,
            Guid.CreateVersion7(),
            done => shown((double)done / known.Length),
            cancellationToken
        );
        for (var i = 0; i < known.Length; i++)
            chunks[known[i]] = chunks[known[i]] with { Vector = result.Vectors[i] };
        return new EmbeddedChunks(chunks, model, result.Call);
    }

    private static NewChunk ToChunk(ChunkDraft draft, string text)
    {
        var content = text[draft.CharStart..draft.CharEnd];
        return new NewChunk(draft.Ordinal, draft.Page, draft.HeadingPath, draft.CharStart, draft.CharEnd, content, LanguageDetector.Detect(content), null);
    }

    private static bool Knows(EmbeddingModel model, string language) => model.Languages.Length == 0 || model.Languages.Contains(language);

    // What a passage is about is often only in its headings.
    private static string TextToEmbed(NewChunk chunk) => chunk.HeadingPath is null ? chunk.Text : $"{chunk.HeadingPath}\n{chunk.Text}";
}
