using System.Globalization;
using System.Text;

namespace DocuChat.Core.Text;

/// <summary>
/// Brings a text into the one form in which DocuChat compares and indexes it, so that the same Persian word typed on an Arabic keyboard,
/// set by a PDF in presentation forms or written with a half-space is the same string: Unicode NFKC; Arabic letters to their Persian
/// ones (ي ى → ی, ك → ک, ة ۀ → ه, أ إ → ا, ؤ → و, ئ → ی); vowel marks, tatweel and invisible controls dropped; half-space and every run
/// of white space to one space; digits to ASCII; quotes and dashes to one kind; lower case. It is a form to compare, never one to show.
/// </summary>
public static class TextNormalizer
{
    private const char Drop = '\0';
    private const char MaddaAbove = '\u0653';

    /// <summary>Letters and signs of U+0600 to U+06FF in the form they are compared in.</summary>
    private static readonly char[] _arabic = ArabicTable();

    /// <summary>Normalises a text and keeps the way back.</summary>
    public static NormalizedText Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var output = new Output(text.Length);
        var index = 0;
        while (index < text.Length)
        {
            var c = text[index];
            if (c < 0x80 && !IsMarked(text, index))
            {
                output.Add(char.IsWhiteSpace(c) ? ' ' : char.IsControl(c) ? Drop : char.ToLowerInvariant(c), index, ++index);
            }
            else if (c is >= '\u0600' and <= '\u06FF')
            {
                // NFKC would compose exactly one pair whose mark matters: alef and madda.
                var isSplitMadda = c == 'ا' && index + 1 < text.Length && text[index + 1] == MaddaAbove;
                var end = index + (isSplitMadda ? 2 : 1);
                output.Add(isSplitMadda ? 'آ' : _arabic[c - 0x600], index, end);
                index = end;
            }
            else
            {
                var end = EndOfSegment(text, index);
                AddSegment(ref output, text.AsSpan(index, end - index), index, end);
                index = end;
            }
        }
        return output.ToText();
    }

    private static void AddSegment(ref Output output, ReadOnlySpan<char> segment, int start, int end)
    {
        if (segment.Length == 1 && char.IsSurrogate(segment[0]))
        {
            output.Add('\uFFFD', start, end);
            return;
        }

        Span<char> pair = stackalloc char[2];
        foreach (var rune in segment.ToString().Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            if (!rune.IsBmp)
            {
                Rune.ToLowerInvariant(rune).EncodeToUtf16(pair);
                output.Add(pair[0], start, end);
                output.Add(pair[1], start, end);
                continue;
            }
            var c = (char)rune.Value;
            output.Add(c is >= '\u0600' and <= '\u06FF' ? _arabic[c - 0x600] : Fold(c), start, end);
        }
    }

    /// <summary>Whether a combining mark follows, with which the character may compose: e and U+0301 are é.</summary>
    private static bool IsMarked(string text, int index) =>
        index + 1 < text.Length && text[index + 1] >= '\u0300' && CharUnicodeInfo.GetUnicodeCategory(text[index + 1]) is UnicodeCategory.NonSpacingMark;

    /// <summary>A character and the combining marks after it: the unit that NFKC may compose.</summary>
    private static int EndOfSegment(string text, int start)
    {
        var end = start + (char.IsSurrogatePair(text, start) ? 2 : 1);
        if (char.IsSurrogate(text[start]) && end == start + 1)
            return end;
        while (end < text.Length && CharUnicodeInfo.GetUnicodeCategory(text[end]) is UnicodeCategory.NonSpacingMark)
            end++;
        return end;
    }

    private static char Fold(char c) =>
        c switch
        {
            '\u200C' => ' ', // half-space
            '«' or '»' or '“' or '”' or '„' or '‟' or '‹' or '›' or '″' => '"',
            '‘' or '’' or '‚' or '‛' or '′' => '\'',
            '‐' or '‑' or '‒' or '–' or '—' or '―' or '−' => '-',
            _ when char.IsWhiteSpace(c) => ' ',
            _ => CharUnicodeInfo.GetUnicodeCategory(c) switch
            {
                UnicodeCategory.Format or UnicodeCategory.Control => Drop,
                UnicodeCategory.DecimalDigitNumber => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)),
                _ => char.ToLowerInvariant(c),
            },
        };

    private static char[] ArabicTable()
    {
        var table = new char[0x100];
        for (var i = 0; i < table.Length; i++)
        {
            var c = (char)(0x600 + i);
            table[i] = CharUnicodeInfo.GetUnicodeCategory(c) switch
            {
                UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => Drop,
                UnicodeCategory.DecimalDigitNumber => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)),
                _ => c,
            };
        }

        foreach (var (from, to) in new[]
        {
            ("يىئۍېےۓ", 'ی'), ("كڪګڬ", 'ک'), ("ةۀەہۂۃھ", 'ه'), ("أإٱٲٳ", 'ا'), ("ؤٶ", 'و'), ("ء", Drop), ("\u0640", Drop),
            ("،٬", ','), ("؛", ';'), ("؟", '?'), ("٫", '.'), ("٪", '%'), ("۔", '.'), ("٭", '*'),
        })
        {
            foreach (var c in from)
                table[c - 0x600] = to;
        }
        return table;
    }

    /// <summary>Grows the normalised text and both maps together.</summary>
    private struct Output(int capacity)
    {
        private char[] _chars = new char[capacity];
        private int[] _starts = new int[capacity];
        private int[] _ends = new int[capacity];
        private int _length;

        public void Add(char c, int start, int end)
        {
            if (c == Drop)
            {
                // A dropped mark belongs to the letter before it, so that a quote shows it.
                if (_length > 0 && _chars[_length - 1] != ' ')
                    _ends[_length - 1] = end;
                return;
            }
            if (c == ' ' && _length > 0 && _chars[_length - 1] == ' ')
            {
                _ends[_length - 1] = end;
                return;
            }
            if (_length == _chars.Length)
            {
                var size = Math.Max(16, _length * 2);
                Array.Resize(ref _chars, size);
                Array.Resize(ref _starts, size);
                Array.Resize(ref _ends, size);
            }
            _chars[_length] = c;
            _starts[_length] = start;
            _ends[_length++] = end;
        }

        public readonly NormalizedText ToText() => new(new string(_chars, 0, _length), _starts[.._length], _ends[.._length]);
    }
}
