namespace DocuChat.Web.Documents;

/// <summary>A cited range and a few lines around it. Offsets are UTF-16 code units.</summary>
public static class Excerpt
{
    /// <summary>Letters on either side of the range, more or less.</summary>
    public const int Margin = 280;

    /// <summary>The range with what stands around it, cut between words; null when the text has no such range.</summary>
    public static TextParagraph? Around(string text, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (from < 0 || to <= from || to > text.Length)
            return null;
        var start = from <= Margin ? 0 : WordAfter(text, from - Margin, from);
        var end = text.Length - to <= Margin ? text.Length : WordBefore(text, to, to + Margin);
        var before = text[start..from].TrimStart();
        var after = text[to..end].TrimEnd();
        return new TextParagraph(start > 0 ? "… " + before : before, text[from..to], end < text.Length ? after + " …" : after);
    }

    private static int WordAfter(string text, int position, int limit)
    {
        var space = text.AsSpan(position, limit - position).IndexOfAny(' ', '\n');
        return space < 0 ? limit : position + space + 1;
    }

    private static int WordBefore(string text, int limit, int position)
    {
        var space = text.AsSpan(limit, position - limit).LastIndexOfAny(' ', '\n');
        return space < 0 ? limit : limit + space;
    }
}
