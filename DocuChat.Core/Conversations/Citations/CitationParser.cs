using System.Globalization;
using System.Text;

namespace DocuChat.Core.Conversations.Citations;

/// <summary>A piece of an answer: text, or a marker that cites passages by number.</summary>
internal readonly record struct AnswerPiece(string Text, IReadOnlyList<int> Numbers)
{
    public bool IsMarker => Numbers.Count > 0;
}

/// <summary>
/// Finds citation markers in a text that comes in arbitrary pieces: <c>[1]</c>, <c>[1, 2]</c>, <c>【1】</c>, <c>【1†source】</c>, with any digits
/// Unicode has. A beginning that may still become a marker is held back until it is decided, and so is the white space before it. Inside code
/// (`…`, ```…```), and before <c>(</c>, which makes it a link, a bracket is only text.
/// </summary>
internal sealed class CitationParser
{
    /// <summary>The longest marker: a longer bracket is text.</summary>
    private const int LongestMarker = 40;

    private static readonly IReadOnlyList<int> _none = [];
    private readonly StringBuilder _held = new();
    private readonly StringBuilder _text = new();
    private int _markerAt = -1;
    private List<int>? _decided;
    private int _backticks;
    private int _fence;

    /// <summary>Takes the next piece of the answer, and gives what is decided by now.</summary>
    public IEnumerable<AnswerPiece> Add(string piece)
    {
        foreach (var c in piece)
        {
            foreach (var decided in Next(c))
                yield return decided;
        }
        if (_text.Length > 0)
            yield return Flush();
    }

    /// <summary>Gives what was held back when the answer ended.</summary>
    public IEnumerable<AnswerPiece> End()
    {
        if (_decided is { } numbers)
        {
            yield return Marker(numbers);
            yield break;
        }
        _text.Append(_held);
        _held.Clear();
        if (_text.Length > 0)
            yield return Flush();
    }

    private IEnumerable<AnswerPiece> Next(char c)
    {
        // A whole marker waits for one more character: with '(' it is a link's text.
        if (_decided is { } numbers)
        {
            if (c == '(')
            {
                _decided = null;
                Release();
            }
            else
            {
                if (_text.Length > 0)
                    yield return Flush();
                yield return Marker(numbers);
            }
        }
        if (_markerAt >= 0)
        {
            _held.Append(c);
            var marker = _held.ToString(_markerAt, _held.Length - _markerAt);
            if (c is ']' or '】')
            {
                _decided = Parse(marker);
                if (_decided is null)
                    Release();
            }
            else if (!MayBecomeMarker(marker))
            {
                // The character that broke it may begin another marker, or code.
                _held.Length--;
                Release();
                Plain(c);
            }
            yield break;
        }
        Plain(c);
    }

    private void Plain(char c)
    {
        TrackCode(c);
        if (c is '[' or '【' && _fence == 0)
        {
            _markerAt = _held.Length;
            _held.Append(c);
        }
        else if (c is ' ' or '\u00A0' && _fence == 0)
        {
            _held.Append(c);
        }
        else
        {
            Release();
            _text.Append(c);
        }
    }

    // A run of backticks opens code, and the next run of the same length closes it (CommonMark, section 6.1).
    private void TrackCode(char c)
    {
        if (c == '`')
        {
            _backticks++;
            return;
        }
        if (_backticks > 0)
        {
            _fence = _fence == 0 ? _backticks : _fence == _backticks ? 0 : _fence;
            _backticks = 0;
        }
        // Inline code ends with its line at the latest, so that one stray backtick cannot swallow the rest of the answer.
        if (c == '\n' && _fence is > 0 and < 3)
            _fence = 0;
    }

    private void Release()
    {
        _text.Append(_held);
        _held.Clear();
        _markerAt = -1;
    }

    private AnswerPiece Flush()
    {
        var piece = new AnswerPiece(_text.ToString(), _none);
        _text.Clear();
        return piece;
    }

    // The text of a marker's piece is the white space before it.
    private AnswerPiece Marker(List<int> numbers)
    {
        var before = _held.ToString(0, _markerAt);
        _held.Clear();
        _markerAt = -1;
        _decided = null;
        return new AnswerPiece(before, numbers);
    }

    private static bool MayBecomeMarker(string marker)
    {
        if (marker.Length > LongestMarker)
            return false;
        var last = marker[^1];
        return IsPart(last) || marker[0] == '【' && marker.Length > 2 && (last == '†' || marker.Contains('†', StringComparison.Ordinal));
    }

    private static bool IsPart(char c) => char.IsDigit(c) || c is ' ' or ',' or '،' or '٬' or '^' or '-' or '–';

    private static List<int>? Parse(string marker)
    {
        if (marker[0] == '[' != (marker[^1] == ']'))
            return null;
        var inner = marker[1..^1].Split('†')[0].TrimStart('^');
        var numbers = new List<int>();
        foreach (var part in inner.Split(',', '،', '٬'))
        {
            var ends = part.Split('-', '–');
            if (ends.Length > 2 || Number(ends[0]) is not { } first || Number(ends[^1]) is not { } last || last < first || last - first > 20)
                return null;
            numbers.AddRange(Enumerable.Range(first, last - first + 1));
        }
        return numbers;
    }

    private static int? Number(string text)
    {
        text = text.Trim();
        if (text.Length is 0 or > 3)
            return null;
        var number = 0;
        foreach (var c in text)
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(c);
            if (digit < 0)
                return null;
            number = number * 10 + digit;
        }
        return number > 0 ? number : null;
    }
}
