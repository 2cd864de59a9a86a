using DocuChat.Core.Retrieval.Lexical;
using Npgsql;

namespace DocuChat.Core.Retrieval;

/// <summary>The two sides of a search and how they become one ranking, once the question's vector is known.</summary>
internal sealed class PassageSearch(NpgsqlDataSource database)
{
    /// <summary>Chunks that each side proposes.</summary>
    private const int Candidates = 100;

    private readonly LexicalSearch _lexical = new(database);
    private readonly VectorSearch _vectors = new(database);
    private readonly PassageReader _passages = new(database);

    /// <summary>Ranks with one or both sides' scores. A chunk that turns out to be gone makes room for the next one.</summary>
    public async Task<(IReadOnlyList<Passage> Passages, double Evidence)> RankAsync(SearchQuery query, LexicalScores? lexical, VectorScores? vectors, CancellationToken cancellationToken)
    {
        var gone = new HashSet<long>();
        var loaded = new Dictionary<long, Passage>();
        while (true)
        {
            var fused = Fusion.Fuse(lexical, vectors, Candidates, gone);
            var best = fused.Ranking.Take(query.TopK).ToList();
            var missing = best.Select(chunk => chunk.ChunkId).Where(id => !loaded.ContainsKey(id)).ToList();
            if (missing.Count == 0)
            {
                IReadOnlyList<Passage> passages = [.. best.Select(chunk => loaded[chunk.ChunkId] with { Score = chunk.Score })];
                // Where there are fewer chunks than are asked for, those that are missing are as far as an unrelated text: at nought.
                var rest = (vectors?.Nearest.Sum(chunk => (double)chunk.Score) ?? 0) / Candidates;
                return (passages, Evidence.Of(passages, lexical?.Weights, fused.Cosines, rest));
            }
            foreach (var (id, passage) in await _passages.ReadAsync(query.TenantId, missing, cancellationToken))
                loaded.Add(id, passage);
            gone.UnionWith(missing.Where(id => !loaded.ContainsKey(id)));
        }
    }

    /// <summary>What the question's words say.</summary>
    public Task<LexicalScores> LexicalAsync(SearchQuery query, CancellationToken cancellationToken) =>
        _lexical.SearchAsync(query.TenantId, query.Text, query.DocumentIds, cancellationToken);

    /// <summary>What its meaning says. The chunks that its words propose are compared by meaning too, so that none is judged by one side only.</summary>
    public Task<VectorScores> VectorsAsync(SearchQuery query, EmbeddingModel model, ReadOnlyMemory<float> question, LexicalScores? lexical, CancellationToken cancellationToken)
    {
        var asked = lexical is null ? [] : lexical.Best(Candidates, new HashSet<long>()).ConvertAll(chunk => chunk.ChunkId);
        return _vectors.SearchAsync(query.TenantId, model, UnitVector.Of(question.Span), Candidates, asked, query.DocumentIds, cancellationToken);
    }
}
