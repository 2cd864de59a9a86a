using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace DocuChat.Sandbox.Answers;

/// <summary>The words of a text in the form in which questions and sentences are compared.</summary>
internal static class Terms
{
    private const int ShortestStem = 3;

    // Longest first. A light hand: a stem need only be the same for the forms of a word, and a wrong one costs more than none.
    private static readonly string[] _persianEndings = ["هایی", "های", "ترین", "تری", "ها", "تر", "ات", "ان", "ی"];
    private static readonly string[] _englishEndings = ["ations", "ation", "ings", "edly", "ing", "ies", "ed", "es", "ly", "s", "e"];

    private static readonly FrozenSet<string> _stopWords = Of(
            """
            a an the of in on at to for from by with and or is are was were be been being do does did has have had what which who whom whose when where why
            how that this these those it its as into than then there about also can could would should will not many much
            و در به از که این آن را با برای است بود شد شده می نمی یک چه چی چیست کیست کسی کدام کجا کجاست چرا چگونه چطور چند چندم کی آیا هر تا بر هم نیز یا اما
            اگر بوده باشد باشند هستند هست بودند شدند شود شوند کرد کرده کند کنند دارد دارند داشت داشته خود او آنها ما شما من ها های ای
            """
        )
        .ToFrozenSet();

    public static bool IsContent(string term) => !_stopWords.Contains(term);

    /// <summary>All words in order, folded and stemmed.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var terms = new List<string>();
        var word = new StringBuilder();
        foreach (var c in text.Normalize(NormalizationForm.FormKC))
        {
            switch (Fold(c))
            {
                case '\0':
                    break;
                case ' ':
                    End();
                    break;
                case var letter:
                    word.Append(letter);
                    break;
            }
        }
        End();
        return terms;

        void End()
        {
            if (word.Length > 0)
                terms.Add(Stem(word.ToString()));
            word.Clear();
        }
    }

    // Arabic letters to their Persian ones, digits to ASCII, marks and tatweel dropped ('\0'); all but letters and digits, the half-space too, parts words.
    private static char Fold(char c) =>
        c switch
        {
            'ي' or 'ى' or 'ئ' => 'ی',
            'ك' => 'ک',
            'ة' or 'ۀ' => 'ه',
            'أ' or 'إ' or 'آ' or 'ٱ' => 'ا',
            'ؤ' => 'و',
            'ـ' or '\u200d' => '\0',
            _ => char.GetUnicodeCategory(c) switch
            {
                UnicodeCategory.NonSpacingMark => '\0',
                UnicodeCategory.DecimalDigitNumber => (char)('0' + (int)char.GetNumericValue(c)),
                _ when char.IsLetterOrDigit(c) => char.ToLowerInvariant(c),
                _ => ' ',
            },
        };

    private static string Stem(string word)
    {
        var isPersian = word[0] >= '\u0600';
        foreach (var ending in isPersian ? _persianEndings : _englishEndings)
        {
            if (!word.EndsWith(ending, StringComparison.Ordinal) || word.Length - ending.Length < ShortestStem)
                continue;
            word = ending == "ies" ? word[..^3] + "y" : word[..^ending.Length];
            break;
        }
        // carried, carry
        return !isPersian && word[^1] == 'i' && word.Length > ShortestStem ? word[..^1] + "y" : word;
    }
}
