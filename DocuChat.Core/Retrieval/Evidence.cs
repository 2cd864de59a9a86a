using DocuChat.Core.Text.Analysis;

namespace DocuChat.Core.Retrieval;

/// <summary>
/// How sure it is that one of the best passages is about the question, 0 to 1, from figures that, unlike ranks and stretched scores, can be compared between questions: the share of the question's
/// weight (idf of its terms, those that occur nowhere included) that the passage holds, and how near it is, and how much nearer than the rest. See docs/decisions/fusion.md.
/// </summary>
internal static class Evidence
{
    /// <summary>Passages that are looked at: about as many as an answer is made from.</summary>
    private const int Looked = 8;

    /// <param name="best">The best passages, the first one first.</param>
    /// <param name="weights">What each term of the question says; null when that side failed.</param>
    /// <param name="cosines">What the model says of chunks; of one that is missing it says nothing.</param>
    /// <param name="rest">The mean cosine of the chunks that the model proposed.</param>
    public static double Of(IReadOnlyList<Passage> best, IReadOnlyDictionary<uint, double>? weights, IReadOnlyDictionary<long, float> cosines, double rest)
    {
        var possible = weights?.Values.Sum() ?? 0;
        return best.Take(Looked).Select(Of).DefaultIfEmpty().Max();

        double Of(Passage passage)
        {
            double? byWords = possible > 0 ? Held(passage, weights!) / possible : null;
            // In a collection of one subject all is near: a passage that answers stands out from the rest.
            double? byMeaning = cosines.TryGetValue(passage.ChunkId, out var cosine) ? Math.Clamp(cosine + (cosine - rest), 0, 1) : null;
            // Who says nothing has no vote.
            return byWords is { } words && byMeaning is { } meaning ? (words + meaning) / 2 : byWords ?? byMeaning ?? 0;
        }
    }

    // Not BM25's score, in which a word that is said often makes up for one that is not said at all.
    private static double Held(Passage passage, IReadOnlyDictionary<uint, double> weights)
    {
        var terms = new List<uint>();
        TextAnalyzer.Analyze($"{passage.DocumentName}\n{passage.HeadingPath}\n{passage.Text}", terms);
        return terms.Distinct().Sum(term => weights.GetValueOrDefault(term));
    }
}
