using DocuChat.Core.Retrieval.Lexical;

namespace DocuChat.Core.Retrieval;

/// <summary>
/// How sure it is that the best passage is about the question, 0 to 1, from two figures that, unlike ranks and stretched scores, can be compared between
/// questions: the share of the question's weight (idf of its terms, those that occur nowhere included) that the passage's words carry, and the cosine. See docs/decisions/fusion.md.
/// </summary>
internal static class Evidence
{
    /// <summary>What words alone are worth: in a language that the model does not know, common words alone reach higher than words and meaning together would.</summary>
    private const double Alone = 0.75;

    /// <param name="best">The best passage.</param>
    /// <param name="lexical">BM25's scores; null when that side failed.</param>
    public static double Of(Fusion.Judged best, LexicalScores? lexical)
    {
        double? coverage = lexical is { Possible: > 0 } && best.Words is { } words ? Math.Clamp(words / lexical.Possible, 0, 1) : null;
        double? cosine = best.Meaning is { } meaning ? Math.Clamp(meaning, 0, 1) : null;
        return (coverage, cosine) switch
        {
            ({ } byWords, { } byMeaning) => (byWords + byMeaning) / 2,
            ({ } byWords, null) => Alone * byWords,
            (null, { } byMeaning) => Alone * byMeaning,
            _ => 0,
        };
    }
}
