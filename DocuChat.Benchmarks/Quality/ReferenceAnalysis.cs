using System.Collections.Frozen;
using System.Text.RegularExpressions;
using DocuChat.Core.Text.Analysis;

namespace DocuChat.Benchmarks.Quality;

/// <summary>The analysis that published BM25 baselines use: words, Lucene's 33 English stop words, Porter's stemmer. Persian text gets no more than its words.</summary>
internal static partial class ReferenceAnalysis
{
    private static readonly FrozenSet<string> _stopwords =
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with".Split(' ').ToFrozenSet();

    public static IEnumerable<string> Terms(string text)
    {
        foreach (Match match in Word().Matches(text.ToLowerInvariant()))
        {
            if (_stopwords.Contains(match.Value))
                continue;
            var letters = match.Value.ToCharArray();
            yield return letters.All(char.IsAsciiLetterLower) ? new string(letters, 0, PorterStemmer.Stem(letters)) : match.Value;
        }
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();
}
