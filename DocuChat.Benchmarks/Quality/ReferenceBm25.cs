namespace DocuChat.Benchmarks.Quality;

/// <summary>
/// BM25 as it is written down (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with the idf of Lucene that is never
/// negative), over whole documents in memory: what an index of ours is measured against.
/// </summary>
internal sealed class ReferenceBm25
{
    private readonly Dictionary<string, List<(int Document, int Count)>> _postings = [];
    private readonly List<int> _lengths = [];
    private readonly Func<string, IEnumerable<string>> _analyze;
    private readonly double _k1;
    private readonly double _b;

    public ReferenceBm25(IEnumerable<string> documents, Func<string, IEnumerable<string>> analyze, double k1 = 0.9, double b = 0.4)
    {
        (_analyze, _k1, _b) = (analyze, k1, b);
        foreach (var document in documents)
        {
            var terms = analyze(document).ToList();
            foreach (var group in terms.GroupBy(term => term))
            {
                if (!_postings.TryGetValue(group.Key, out var list))
                    _postings[group.Key] = list = [];
                list.Add((_lengths.Count, group.Count()));
            }
            _lengths.Add(terms.Count);
        }
    }

    /// <summary>Documents by falling score.</summary>
    public IEnumerable<(int Document, double Score)> Search(string query)
    {
        var scores = new double[_lengths.Count];
        var average = _lengths.Average();
        foreach (var term in _analyze(query))
        {
            if (!_postings.TryGetValue(term, out var list))
                continue;
            var idf = Math.Log(1 + ((_lengths.Count - list.Count + 0.5) / (list.Count + 0.5)));
            foreach (var (document, count) in list)
                scores[document] += idf * count * (_k1 + 1) / (count + (_k1 * (1 - _b + (_b * _lengths[document] / average))));
        }
        return scores.Select((score, document) => (document, score)).Where(entry => entry.score > 0).OrderByDescending(entry => entry.score).ThenBy(entry => entry.document);
    }
}
