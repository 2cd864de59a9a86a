using System.Buffers;
using System.Text.RegularExpressions;

namespace DocuChat.Sandbox.Answers;

/// <summary>Sentences of Persian and English text.</summary>
internal static partial class Sentences
{
    private static readonly SearchValues<char> _openers = SearchValues.Create(" \t\n(«\"");

    private static readonly SearchValues<char> _closers = SearchValues.Create(".!?؟؛…۔\"»”’')]");

    private const int HeadingWords = 8;

    public static IReadOnlyList<string> Of(string text)
    {
        var sentences = new List<string>();
        var start = 0;
        foreach (var end in Ends().EnumerateMatches(text))
        {
            if (text[end.Index] == '.' && IsAbbreviation(text.AsSpan(start, end.Index - start)))
                continue;
            Add(text.AsSpan(start, end.Index + end.Length - start));
            start = end.Index + end.Length;
        }
        Add(text.AsSpan(start));
        return sentences;

        // Lines of a page end where the paper did: within a sentence a line break is a space.
        void Add(ReadOnlySpan<char> sentence)
        {
            if (sentence.IndexOfAnyExcept(" \t\r\n") >= 0)
                sentences.Add(Space().Replace(sentence.Trim().ToString(), " "));
        }
    }

    /// <summary>
    /// Whether it only announces what comes: a few words without an end, a number or a value. It says where an answer stands, and is none.
    /// </summary>
    public static bool IsHeading(string sentence) => sentence.Length > 0 && !_closers.Contains(sentence[^1]) && !sentence.Any(char.IsDigit) && sentence.AsSpan().IndexOfAny(":|") < 0 && sentence.Count(c => c == ' ') < HeadingWords;

    // An initial, "e.g" and the like, or a title.
    private static bool IsAbbreviation(ReadOnlySpan<char> before)
    {
        var word = before[(before.LastIndexOfAny(_openers) + 1)..];
        return Abbreviation().IsMatch(word);
    }

    // A mark that is followed by space or the end, an empty line, or the line break before an item of a list.
    [GeneratedRegex("""[.!?؟؛…۔]+["»”’')\]]*(?=\s|$)|\n\s*\n|\n(?=\s*([-*•–]|\d{1,2}[.)])\s)""")]
    private static partial Regex Ends();

    [GeneratedRegex("""^(\p{L}|(\p{L}\.)+\p{L}|Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|Jr|Sr|Inc|Ltd|Co|ca|approx|Fig|Eq|Vol|pp|al|cf)$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Abbreviation();

    [GeneratedRegex("""\s+""")]
    private static partial Regex Space();
}
