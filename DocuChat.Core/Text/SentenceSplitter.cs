using System.Collections.Frozen;

namespace DocuChat.Core.Text;

/// <summary>
/// Finds sentences in Persian, Arabic and Latin text. Ends are <c>. ! ? ؟ ؛ … ۔ 。</c> with the closing quotes and brackets after them, blank
/// lines, and the beginning of a list item. A full stop inside a number or a name (3.14, example.com), after an abbreviation or an initial, and before a
/// small letter is none.
/// </summary>
public static class SentenceSplitter
{
    private static readonly FrozenSet<string> _abbreviations = FrozenSet.ToFrozenSet(
        [
            "dr", "mr", "mrs", "ms", "prof", "st", "jr", "sr", "vs", "fig", "figs", "no", "nos", "vol", "pp", "ed", "eds", "eq", "eqs", "sec", "ch", "cf", "al",
            "e.g", "i.e", "viz", "approx", "resp", "inc", "ltd", "co", "corp", "gen", "col", "lt", "sgt", "rev", "hon", "u.s", "u.k", "a.m", "p.m", "ph.d",
            "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _isAbbreviation = _abbreviations.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The sentences of a text in order, without the white space around them. Together they hold every character that is not white space.</summary>
    public static IReadOnlyList<TextRange> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sentences = new List<TextRange>();
        var start = 0;
        var index = 0;
        while (index < text.Length)
        {
            var end = EndAt(text, start, index);
            if (end == 0)
            {
                index++;
                continue;
            }
            Add(sentences, text, start, end);
            start = index = end;
        }
        Add(sentences, text, start, text.Length);
        return sentences;
    }

    /// <summary>The end of the sentence that stops at <paramref name="index"/>, or 0 when it goes on.</summary>
    private static int EndAt(string text, int start, int index)
    {
        switch (text[index])
        {
            case '\n':
                return IsParagraphBreak(text, index) ? index + 1 : 0;
            case '!' or '?' or '؟' or '؛' or '…' or '۔' or '。' or '！' or '？':
                return AfterClosers(text, index + 1);
            case '.' when IsFullStop(text, start, index):
                return AfterClosers(text, index + 1);
            default:
                return 0;
        }
    }

    private static int AfterClosers(string text, int end)
    {
        while (end < text.Length && text[end] is '.' or '!' or '?' or '؟' or '…' or '"' or '\'' or '”' or '’' or '»' or ')' or ']' or '）')
            end++;
        return end;
    }

    private static bool IsParagraphBreak(string text, int index)
    {
        var next = index + 1;
        while (next < text.Length && text[next] is ' ' or '\t' or '\r')
            next++;
        if (next >= text.Length || text[next] == '\n')
            return true;
        var isBullet = text[next] is '•' or '▪' or '◦' or '-' or '–' or '*' && next + 1 < text.Length && text[next + 1] == ' ';
        return isBullet || IsNumberedItem(text, next);
    }

    private static bool IsNumberedItem(string text, int index)
    {
        var digits = index;
        while (digits < text.Length && digits - index < 3 && char.IsDigit(text[digits]))
            digits++;
        return digits > index && digits + 1 < text.Length && text[digits] is '.' or ')' or '-' && text[digits + 1] == ' ';
    }

    private static bool IsFullStop(string text, int start, int index)
    {
        var next = AfterClosers(text, index + 1);
        if (next >= text.Length)
            return true;
        if (!char.IsWhiteSpace(text[next]))
            return false;

        var word = WordBefore(text, start, index);
        // A full stop that stands alone was set as a token of its own: it ends the sentence whatever follows.
        if (word.IsEmpty)
            return true;
        if (_isAbbreviation.Contains(word))
            return false;
        // An initial (J. Smith, ق. م.), but not a one-letter word that ends a sentence such as "plan B." before a paragraph.
        if (word.Length == 1 && char.IsLetter(word[0]) && !IsBeforeBlankLine(text, next))
            return false;
        // "1." and "۲." number an item; the item follows.
        if (index - word.Length == FirstVisible(text, start) && word.Length <= 3 && IsDigits(word))
            return false;

        while (next < text.Length && char.IsWhiteSpace(text[next]))
            next++;
        return next >= text.Length || !char.IsLower(text[next]);
    }

    private static bool IsDigits(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (!char.IsDigit(c))
                return false;
        }
        return true;
    }

    private static bool IsBeforeBlankLine(string text, int index)
    {
        for (; index < text.Length && char.IsWhiteSpace(text[index]); index++)
        {
            if (text[index] == '\n' && IsParagraphBreak(text, index))
                return true;
        }
        return index >= text.Length;
    }

    private static int FirstVisible(string text, int start)
    {
        while (start < text.Length && char.IsWhiteSpace(text[start]))
            start++;
        return start;
    }

    private static ReadOnlySpan<char> WordBefore(string text, int start, int index)
    {
        var begin = index;
        while (begin > start && (char.IsLetterOrDigit(text[begin - 1]) || text[begin - 1] == '.'))
            begin--;
        return text.AsSpan(begin, index - begin);
    }

    private static void Add(List<TextRange> sentences, string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        if (start < end)
            sentences.Add(new TextRange(start, end));
    }
}
