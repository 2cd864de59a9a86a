using System.Diagnostics;
using DocuChat.Core.Models;
using DocuChat.Core.Retrieval.Lexical;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DocuChat.Core.Retrieval;

/// <summary>
/// Searches a tenant's chunks by their words (BM25) and, where the embedding model knows the question's language, by their meaning, and fuses both. When one side fails the other
/// answers alone, which is logged and counted; when both do, the search fails.
/// </summary>
public sealed class HybridSearch(NpgsqlDataSource database, EmbeddingClient embeddings, RetrievalMetrics metrics, ILogger<HybridSearch> logger)
{
    /// <summary>Largest number of passages that may be asked for.</summary>
    public const int MostPassages = 100;

    private readonly PassageSearch _search = new(database);

    /// <summary>Finds the passages that fit a question best.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="SearchQuery.TopK"/> is not 1 to <see cref="MostPassages"/>.</exception>
    /// <exception cref="BudgetException">The tenant's budget does not allow the question's embedding. Answering by words alone would only hide it.</exception>
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
            var (passages, evidence) = await _search.RankAsync(query, lexical, vectors, cancellationToken);
            return new SearchResult(passages, evidence, question?.Call);
        }
    }

    private async Task<(LexicalScores? Scores, Exception? Failure)> LexicalAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var scores = await _search.LexicalAsync(query, cancellationToken);
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
            var scores = await _search.VectorsAsync(query, question.Model, question.Vector, lexical, cancellationToken);
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
            var result = await embeddings.EmbedAsync(query.TenantId, [query.Text], CallKind.QuestionEmbedding, query.RequestId ?? Guid.CreateVersion7(), null, cancellationToken);
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
