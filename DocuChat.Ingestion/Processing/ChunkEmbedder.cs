using DocuChat.Core.Models;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using DocuChat.Ingestion.Chunking;
using Npgsql;

namespace DocuChat.Ingestion.Processing;

/// <summary>Chunks with their vectors, and the call that made them; null when none was needed.</summary>
internal sealed record EmbeddedChunks(IReadOnlyList<NewChunk> Chunks, EmbeddingModel Model, ModelCall? Call);

/// <summary>Gives chunks their language and, where the model knows it, their vector: that of the version before where the text is the same, else a new one.</summary>
internal sealed class ChunkEmbedder(EmbeddingClient embeddings, NpgsqlDataSource source)
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
        // A chunk in a language that the model does not know gets no vector.
        var known = Enumerable.Range(0, chunks.Length).Where(index => Knows(model, chunks[index].Language)).ToList();
        var published = await PublishedVectors.FindAsync(source, claim.TenantId, claim.DocumentId, model, known.Select(index => TextToEmbed(chunks[index])), cancellationToken);
        foreach (var index in known)
        {
            if (published.TryGetValue(TextToEmbed(chunks[index]), out var vector))
                chunks[index] = chunks[index] with { Vector = vector };
        }
        // By length, because a batch costs as much as its longest text.
        var changed = known.Where(index => chunks[index].Vector is null).OrderBy(index => chunks[index].Text.Length).ToArray();
        if (changed.Length == 0)
            return new EmbeddedChunks(chunks, model, null);
        var result = await embeddings.EmbedAsync(
            claim.TenantId,
            [.. changed.Select(index => TextToEmbed(chunks[index]))],
            changed.Sum(index => drafts[index].Tokens),
            CallKind.IngestionEmbedding,
            Guid.CreateVersion7(),
            done => shown((double)done / changed.Length),
            cancellationToken
        );
        for (var i = 0; i < changed.Length; i++)
            chunks[changed[i]] = chunks[changed[i]] with { Vector = result.Vectors[i] };
        return new EmbeddedChunks(chunks, model, result.Call);
    }

    private static NewChunk ToChunk(ChunkDraft draft, string text)
    {
        var content = text[draft.CharStart..draft.CharEnd];
        return new NewChunk(draft.Ordinal, draft.Page, draft.HeadingPath, draft.CharStart, draft.CharEnd, content, LanguageDetector.Detect(content), null);
    }

    private static bool Knows(EmbeddingModel model, string language) => model.Languages.Length == 0 || model.Languages.Contains(language);

    private static string TextToEmbed(NewChunk chunk) => PublishedVectors.TextOf(chunk.HeadingPath, chunk.Text);
}
