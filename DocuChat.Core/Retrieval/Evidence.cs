using DocuChat.Core.Retrieval.Lexical;

namespace DocuChat.Core.Retrieval;

/// <summary>
/// How sure it is that the best passage is about the question, 0 to 1, from two figures that are comparable between questions: the share of the question's
/// weight (idf of its terms, those that occur nowhere included) that the passage's words carry, and the cosine.
/// </summary>
internal static class Evidence
{
    /// <param name="best">The best passage.</param>
    /// <param name="lexical">BM25's scores; null when that side failed.</param>
    public static double Of(Fusion.Judged best, LexicalScores? lexical)
    {
        var coverage = lexical is { Possible: > 0 } && best.Words is { } words ? Math.Clamp(words / lexical.Possible, 0, 1) : 0;
        var cosine = Math.Clamp(best.Meaning ?? 0, 0, 1);
        // Either alone may convince: two independent witnesses.
        return 1 - ((1 - coverage) * (1 - cosine));
    }
}
