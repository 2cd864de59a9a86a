using System.Diagnostics;
using DocuChat.Core.Models;
using DocuChat.Core.Retrieval.Lexical;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using Microsoft.Extensions.Logging;
using Npgsql;
using Pgvector;

namespace DocuChat.Core.Retrieval;

/// <summary>
/// Searches a tenant's chunks by their words (BM25) and, where the embedding model knows the question's language, by their meaning, and fuses both. When one side fails the other
/// answers alone, which is logged and counted; when both do, the search fails.
/// </summary>
public sealed class HybridSearch(NpgsqlDataSource database, EmbeddingClient embeddings, RetrievalMetrics metrics, ILogger<HybridSearch> logger)
{
    /// <summary>Largest number of passages that may be asked for.</summary>
    public const int MostPassages = 100;

    /// <summary>Chunks that each side proposes.</summary>
    private const int Candidates = 100;

    private readonly LexicalSearch _lexical = new(database);
    private readonly VectorSearch _vectors = new(database);
    private readonly PassageReader _passages = new(database);

    /// <summary>Finds the passages that fit a question best.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="SearchQuery.TopK"/> is not 1 to <see cref="MostPassages"/>.</exception>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public async Task<SearchResult> SearchAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.TopK, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.TopK, MostPassages);
        if (string.IsNullOrWhiteSpace(query.Text))
            return new SearchResult([], 0, null);

        var embedding = EmbedAsync(query, cancellationToken);
        var (lexical, failure) = await LexicalAsync(query, cancellationToken);
        using (lexical)
        {
            var question = await embedding;
            var vectors = question is null ? null : await VectorsAsync(query, question, lexical, cancellationToken);
            // Nothing found because nothing could be asked is a failure, not an answer.
            if (failure is not null && vectors is null)
                throw new NpgsqlException("Neither side of the search answered.", failure);
            var (passages, evidence) = await RankAsync(query, lexical, vectors, cancellationToken);
            return new SearchResult(passages, evidence, question?.Call);
        }
    }

    /// <summary>Ranks with one or both sides' scores. A chunk that turns out to be gone makes room for the next one.</summary>
    internal async Task<(IReadOnlyList<Passage> Passages, double Evidence)> RankAsync(SearchQuery query, LexicalScores? lexical, VectorScores? vectors, CancellationToken cancellationToken)
    {
        var gone = new HashSet<long>();
        var loaded = new Dictionary<long, Passage>();
        while (true)
        {
            var fused = Fusion.Fuse(lexical, vectors, Candidates, gone);
            var best = fused.Ranking.Take(query.TopK).ToList();
            var missing = best.Select(chunk => chunk.ChunkId).Where(id => !loaded.ContainsKey(id)).ToList();
            if (missing.Count == 0)
                return ([.. best.Select(chunk => loaded[chunk.ChunkId] with { Score = chunk.Score })], fused.Evidence);
            foreach (var (id, passage) in await _passages.ReadAsync(query.TenantId, missing, cancellationToken))
                loaded.Add(id, passage);
            gone.UnionWith(missing.Where(id => !loaded.ContainsKey(id)));
        }
    }

    internal Task<LexicalScores> LexicalScoresAsync(SearchQuery query, CancellationToken cancellationToken) =>
        _lexical.SearchAsync(query.TenantId, query.Text, query.DocumentIds, cancellationToken);

    internal Task<VectorScores> VectorScoresAsync(SearchQuery query, EmbeddingModel model, ReadOnlyMemory<float> question, LexicalScores? lexical, CancellationToken cancellationToken)
    {
        // What the words propose is compared by meaning too, so that no chunk is judged by one side only because it was not among the other's best.
        var asked = lexical is null ? [] : lexical.Best(Candidates, new HashSet<long>()).ConvertAll(chunk => chunk.ChunkId);
        return _vectors.SearchAsync(query.TenantId, model, UnitVector.Of(question.Span), Candidates, asked, query.DocumentIds, cancellationToken);
    }

    private async Task<(LexicalScores? Scores, Exception? Failure)> LexicalAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var scores = await LexicalScoresAsync(query, cancellationToken);
            metrics.Searched(RetrievalMetrics.Lexical, started);
            return (scores, null);
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidDataException)
        {
            Degraded(RetrievalMetrics.Lexical, failure);
            return (null, failure);
        }
    }

    private async Task<VectorScores?> VectorsAsync(SearchQuery query, QuestionVector question, LexicalScores? lexical, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var scores = await VectorScoresAsync(query, question.Model, question.Vector, lexical, cancellationToken);
            metrics.Searched(RetrievalMetrics.Vector, started);
            return scores;
        }
        catch (NpgsqlException failure)
        {
            Degraded(RetrievalMetrics.Vector, failure);
            return null;
        }
    }

    /// <summary>The question's vector; null when the model does not know its language, or does not answer.</summary>
    private async Task<QuestionVector?> EmbedAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var model = await embeddings.ModelAsync(cancellationToken);
            if (!model.Knows(LanguageDetector.Detect(query.Text)))
                return null;
            var result = await embeddings.EmbedAsync(query.TenantId, [query.Text], CallKind.QuestionEmbedding, query.RequestId ?? Guid.CreateVersion7(), cancellationToken);
            return new QuestionVector(model, result.Vectors[0], result.Call);
        }
        catch (Exception failure) when (failure is ModelException or NpgsqlException)
        {
            Degraded(RetrievalMetrics.Vector, failure);
            return null;
        }
    }

    private void Degraded(string side, Exception failure)
    {
        metrics.Degraded(side);
        Log.Degraded(logger, side, failure);
    }

    private sealed record QuestionVector(EmbeddingModel Model, ReadOnlyMemory<float> Vector, ModelCall Call);
}
