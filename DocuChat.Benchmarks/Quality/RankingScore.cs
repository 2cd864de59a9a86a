namespace DocuChat.Benchmarks.Quality;

/// <summary>Means over queries of the usual measures of a ranking.</summary>
internal sealed class RankingScore
{
    private double _ndcg, _recall10, _recall100, _reciprocal;
    private int _queries;

    public double Ndcg10 => _ndcg / _queries;
    public double Recall10 => _recall10 / _queries;
    public double Recall100 => _recall100 / _queries;
    public double Mrr10 => _reciprocal / _queries;

    /// <summary>Adds one query's ranking. Gain is the grade itself, as trec_eval's ndcg_cut has it.</summary>
    public void Add(IReadOnlyDictionary<string, int> relevant, IReadOnlyList<string> ranking)
    {
        double gain = 0, ideal = 0;
        var rank = 0;
        foreach (var grade in relevant.Values.OrderDescending().Take(10))
            ideal += grade / Math.Log2(++rank + 1);
        var (found10, found100, first) = (0, 0, 0);
        for (var i = 0; i < Math.Min(100, ranking.Count); i++)
        {
            if (!relevant.TryGetValue(ranking[i], out var grade))
                continue;
            found100++;
            if (i >= 10)
                continue;
            found10++;
            gain += grade / Math.Log2(i + 2);
            first = first == 0 ? i + 1 : first;
        }
        _ndcg += gain / ideal;
        _recall10 += (double)found10 / relevant.Count;
        _recall100 += (double)found100 / relevant.Count;
        _reciprocal += first > 0 ? 1.0 / first : 0;
        _queries++;
    }
}
