namespace DocuChat.Web.Documents;

/// <summary>A paragraph of a document's text; the middle part is cited.</summary>
public sealed record TextParagraph(string Before, string Cited, string After);

/// <summary>
/// A part of a document's text, cut at paragraphs, with the cited range in it marked. A long document is shown part by part, since a page of
/// some million letters helps nobody. Offsets are UTF-16 code units.
/// </summary>
public sealed record TextWindow(int Start, int End, int Length, IReadOnlyList<TextParagraph> Paragraphs)
{
    /// <summary>Letters in a part, more or less.</summary>
    public const int Size = 12_000;

    /// <summary>Letters that are shown before the cited range.</summary>
    private const int Lead = 2_000;

    public bool HasBefore => Start > 0;
    public bool HasAfter => End < Length;

    /// <summary>The part around a cited range.</summary>
    public static TextWindow Around(string text, int from, int to) => At(text, Math.Max(0, from - Lead), from, to);

    /// <summary>The part that begins at or before <paramref name="start"/>.</summary>
    public static TextWindow At(string text, int start, int from, int to)
    {
        start = AfterBreak(text, Math.Clamp(start, 0, text.Length));
        var end = text.Length - start <= Size ? text.Length : AfterBreak(text, start + Size);
        if (end <= start)
            end = Math.Min(text.Length, start + Size);
        return new TextWindow(start, end, text.Length, [.. Split(text, start, end, Math.Clamp(from, 0, text.Length), Math.Clamp(to, 0, text.Length))]);
    }

    /// <summary>The part before this one.</summary>
    public TextWindow Before(string text, int from, int to) => At(text, Math.Max(0, Start - Size), from, to);

    /// <summary>The part after this one.</summary>
    public TextWindow After(string text, int from, int to) => At(text, End, from, to);

    private static int AfterBreak(string text, int position)
    {
        if (position == 0)
            return 0;
        // A paragraph that is longer than a part is cut where it must be, but not inside a letter of two code units.
        var from = text.LastIndexOf('\n', position - 1, Math.Min(position, Size));
        if (from >= 0)
            return from + 1;
        return position < text.Length && char.IsLowSurrogate(text[position]) ? position - 1 : position;
    }

    private static IEnumerable<TextParagraph> Split(string text, int start, int end, int from, int to)
    {
        for (var at = start; at < end;)
        {
            var stop = text.IndexOf('\n', at, end - at);
            if (stop < 0)
                stop = end;
            if (!text.AsSpan(at, stop - at).IsWhiteSpace())
            {
                var (left, right) = (Math.Clamp(from, at, stop), Math.Clamp(to, at, stop));
                yield return left < right ? new TextParagraph(text[at..left], text[left..right], text[right..stop]) : new TextParagraph(text[at..stop], "", "");
            }
            at = stop + 1;
        }
    }
}
