namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>
/// BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with the idf that Lucene uses, which is never negative. k1 0.9 and b 0.4 are
/// those that published baselines use for passages.
/// </summary>
internal static class Bm25
{
    public const double K1 = 0.9;
    public const double B = 0.4;

    /// <summary>What a term says that <paramref name="holders"/> of <paramref name="chunks"/> chunks hold.</summary>
    public static double Idf(long chunks, long holders) => Math.Log(1 + ((chunks - holders + 0.5) / (holders + 0.5)));

    /// <summary>How much <paramref name="count"/> occurrences say in a chunk of that length.</summary>
    public static double Saturation(double count, double words, double averageWords) => count * (K1 + 1) / (count + Norm(words, averageWords));

    /// <summary>The part of the denominator that a chunk's length makes.</summary>
    public static double Norm(double words, double averageWords) => K1 * (1 - B + (B * words / averageWords));
}
