using DocuChat.Core.Retrieval.Lexical;

namespace DocuChat.Core.Retrieval;

/// <summary>What both sides say together.</summary>
/// <param name="Ranking">By falling score, 0 to 1.</param>
/// <param name="Cosines">What the model says of those that it knows.</param>
internal sealed record FusedRanking(IReadOnlyList<ScoredChunk> Ranking, IReadOnlyDictionary<long, float> Cosines);

/// <summary>
/// Fuses by score, not by rank: a side that finds all candidates alike says little and then moves little. Each side scores the candidates of both; its scores are stretched from its lowest to its highest
/// (0 to 1), and the two are averaged. A chunk that has no vector, because the model does not know its language, is judged by its words alone: who cannot see has no vote.
/// </summary>
internal static class Fusion
{
    /// <param name="lexical">BM25's scores; null when that side failed.</param>
    /// <param name="vectors">Cosines; null when the model does not know the language or that side failed.</param>
    /// <param name="candidates">Chunks that each side proposes.</param>
    /// <param name="gone">Chunks that are known to exist no more.</param>
    public static FusedRanking Fuse(LexicalScores? lexical, VectorScores? vectors, int candidates, IReadOnlySet<long> gone)
    {
        var cosines = new Dictionary<long, float>(vectors?.Asked ?? new Dictionary<long, float>());
        foreach (var (id, cosine) in vectors?.Nearest ?? [])
            cosines[id] = cosine;
        var proposed = (lexical?.Best(candidates, gone) ?? []).Concat(vectors?.Nearest ?? []).Select(chunk => chunk.ChunkId).Where(id => !gone.Contains(id)).Distinct();
        var judged = proposed.Select(id => new Judged(id, lexical?.Accumulators[id], cosines.TryGetValue(id, out var cosine) ? cosine : null)).ToList();

        var words = Stretch.Over(judged.Select(chunk => chunk.Words));
        var meaning = Stretch.Over(judged.Select(chunk => chunk.Meaning));
        var ranking = judged.ConvertAll(chunk => new ScoredChunk(chunk.Id, Average(words.Of(chunk.Words), meaning.Of(chunk.Meaning))));
        ranking.Sort((left, right) => right.Score.CompareTo(left.Score) is var byScore and not 0 ? byScore : left.ChunkId.CompareTo(right.ChunkId));
        return new FusedRanking(ranking, cosines);
    }

    private static float Average(float? left, float? right) => (left, right) is ({ } one, { } other) ? (one + other) / 2 : left ?? right ?? 0;

    /// <summary>A candidate and what each side says of it; null where it cannot say anything.</summary>
    private readonly record struct Judged(long Id, float? Words, float? Meaning);

    private readonly record struct Stretch(float Lowest, float Highest)
    {
        public static Stretch Over(IEnumerable<float?> scores)
        {
            var (lowest, highest) = (float.MaxValue, float.MinValue);
            foreach (var score in scores)
            {
                if (score is { } value)
                    (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
            }
            return new Stretch(lowest, highest);
        }

        /// <summary>0 for the lowest and 1 for the highest; where all are alike, 1.</summary>
        public float? Of(float? score) => score is { } value ? Highest > Lowest ? (value - Lowest) / (Highest - Lowest) : 1 : null;
    }
}
