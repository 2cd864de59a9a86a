namespace DocuChat.Core.Text.Analysis;

/// <summary>
/// Takes the commonest endings off a normalised Persian word: plural (ها، های، ان، ات after a long stem), comparison (تر، ترین), possession and
/// the indefinite (هایی، هایشان، …). Deliberately light: character n-grams beside the words join what it leaves apart, and a stem of fewer
/// than three letters is never made. The rules are DocuChat's own; the endings are those of any grammar of Persian.
/// </summary>
internal static class PersianStemmer
{
    /// <summary>Longest first, so that one pass takes the whole ending.</summary>
    private static readonly string[] _endings =
    [
        "هایشان", "هایمان", "هایتان", "ترین", "هایی", "هایش", "هایم", "هایت", "های", "ها", "تر", "شان", "مان", "تان", "ان", "ات", "ین", "یی", "ش", "م", "ت", "ی",
    ];

    /// <summary>The length of the stem of a word.</summary>
    public static int Stem(ReadOnlySpan<char> word)
    {
        foreach (var ending in _endings)
        {
            // A one-letter ending is often the word's own last letter; it is taken from longer words only.
            if (word.Length - ending.Length >= (ending.Length == 1 ? 4 : 3) && word.EndsWith(ending))
                return word.Length - ending.Length;
        }
        return word.Length;
    }
}
