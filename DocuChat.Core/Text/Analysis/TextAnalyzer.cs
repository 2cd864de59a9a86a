using System.Globalization;

namespace DocuChat.Core.Text.Analysis;

/// <summary>
/// Turns a text into the terms it is indexed and searched by. The script of each word decides, not the language of the text, so that a question and a
/// passage always agree and mixed texts need no guess: Latin words are stemmed by Porter's rules; words of other scripts are stemmed lightly and joined
/// by their character 4-grams, which find the same word behind prefixes, suffixes and joined or split writing; scripts without spaces give pairs of letters.
/// </summary>
/// <remarks>
/// A term is a 32-bit hash; two of a million terms share one by a chance of 1 in 4,000. Its lowest bit tells an n-gram from a word.
/// </remarks>
public static class TextAnalyzer
{
    private const int GramLength = 4;
    private const int MaximumWordLength = 64;

    /// <summary>Appends the terms of a text, one for each occurrence, in no order.</summary>
    /// <returns>
    /// The length of the text as BM25 counts it: its words. N-grams do not count, so that passages of different scripts can be compared.
    /// </returns>
    public static int Analyze(string text, List<uint> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return Walk(text, terms, weights: null);
    }

    /// <summary>The terms of a question and what each counts for.</summary>
    /// <remarks>The n-grams of a word count as much together as the word itself: a long word would else outvote all others.</remarks>
    public static IReadOnlyList<QueryTerm> AnalyzeQuery(string text)
    {
        var terms = new List<uint>();
        var weights = new List<float>();
        Walk(text, terms, weights);
        return [.. terms.Zip(weights, (term, weight) => new QueryTerm(term, weight)).GroupBy(term => term.Term, (term, same) => new QueryTerm(term, same.Sum(one => one.Weight)))];
    }

    private static int Walk(string text, List<uint> terms, List<float>? weights)
    {
        var normalized = TextNormalizer.Normalize(text).Value.AsSpan();
        Span<char> buffer = stackalloc char[MaximumWordLength];
        var words = 0;
        var index = 0;
        while (index < normalized.Length)
        {
            if (!IsWordCharacter(normalized[index]))
            {
                index++;
                continue;
            }
            var start = index;
            while (index < normalized.Length && IsWordCharacter(normalized[index]))
                index++;
            var word = normalized[start..index];
            // "the wing's" is about a wing: the genitive is cut with its apostrophe.
            if (index + 1 < normalized.Length && normalized[index] == '\'' && normalized[index + 1] == 's')
                index += 2;
            // What is longer than any word is no word (an encoded picture, say); its beginning is enough to find it.
            if (word.Length > MaximumWordLength)
                word = word[..MaximumWordLength];

            var before = terms.Count;
            words += AddWord(word, buffer, terms);
            if (weights is null)
                continue;
            // A word's grams follow its one word term.
            for (var i = before; i < terms.Count; i++)
                weights.Add(IsGram(terms[i]) ? 1f / (terms.Count - before - 1) : 1f);
        }
        return words;
    }

    /// <summary>Whether a term is an n-gram, which only helps the words beside it.</summary>
    public static bool IsGram(uint term) => (term & 1) != 0;

    private static int AddWord(ReadOnlySpan<char> word, Span<char> buffer, List<uint> terms)
    {
        if (Stopwords.Contains(word))
            return 0;
        if (char.IsAsciiDigit(word[0]) || IsLatin(word))
        {
            word.CopyTo(buffer);
            var letters = buffer[..word.Length];
            FoldAccents(letters);
            terms.Add(Hash(IsAsciiLetters(letters) ? letters[..PorterStemmer.Stem(letters)] : letters, isGram: false));
            return 1;
        }
        if (IsWithoutSpaces(word[0]))
        {
            for (var i = 0; i + 2 <= word.Length; i++)
                terms.Add(Hash(word.Slice(i, 2), isGram: false));
            if (word.Length == 1)
                terms.Add(Hash(word, isGram: false));
            return Math.Max(1, word.Length - 1);
        }

        terms.Add(Hash(word[..PersianStemmer.Stem(word)], isGram: false));
        for (var i = 0; i + GramLength <= word.Length; i++)
            terms.Add(Hash(word.Slice(i, GramLength), isGram: true));
        return 1;
    }

    private static bool IsWordCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || (c >= 0x80 && (char.IsLetterOrDigit(c) || char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark));

    private static bool IsLatin(ReadOnlySpan<char> word) => word[0] < '\u0250' || word[0] is >= '\u1E00' and <= '\u1EFF';

    private static bool IsAsciiLetters(ReadOnlySpan<char> word) => !word.ContainsAnyExceptInRange('a', 'z');

    /// <summary>Chinese, Japanese, Thai, Lao and Khmer write words without spaces between them.</summary>
    private static bool IsWithoutSpaces(char c) =>
        c is >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF' or >= '\u0E00' and <= '\u0EFF' or >= '\u1780' and <= '\u17FF';

    /// <summary>é → e, so that a keyboard without accents finds the word.</summary>
    private static void FoldAccents(Span<char> word)
    {
        foreach (ref var c in word)
        {
            if (c >= 0x80 && c.ToString().Normalize(System.Text.NormalizationForm.FormD)[0] is >= 'a' and <= 'z' and var plain)
                c = plain;
        }
    }

    /// <summary>FNV-1a over the UTF-16 code units, then a finaliser that spreads it over all bits: segments cut the term space by the highest ones.</summary>
    private static uint Hash(ReadOnlySpan<char> term, bool isGram)
    {
        var hash = isGram ? 0x9747b28cu : 2166136261u;
        foreach (var c in term)
            hash = (hash ^ c) * 16777619u;
        hash ^= hash >> 16;
        hash *= 0x85ebca6bu;
        hash ^= hash >> 13;
        hash *= 0xc2b2ae35u;
        hash ^= hash >> 16;
        return isGram ? hash | 1 : hash & ~1u;
    }
}

/// <summary>A term of a question, and how much it counts.</summary>
public readonly record struct QueryTerm(uint Term, float Weight);
