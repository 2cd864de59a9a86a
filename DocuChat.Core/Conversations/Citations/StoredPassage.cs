using DocuChat.Core.Documents;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;

namespace DocuChat.Core.Conversations.Citations;

/// <summary>A passage with the text that is stored for its range right now, and the pages that it lies on. Quotes are taken from here and from nowhere else.</summary>
internal sealed class StoredPassage(Passage passage, string storedText, IReadOnlyList<StoredPage> pages)
{
    private readonly Lazy<QuoteFinder> _quotes = new(() => new QuoteFinder(storedText));

    /// <summary>
    /// Longest quote that one number grows to, in UTF-16 code units. Sentences of a passage that lie further apart than this are shown by the
    /// longer of them.
    /// </summary>
    private const int LongestQuote = 800;

    private TextRange? _quoted;

    /// <summary>
    /// Finds what supports <paramref name="sentence"/>; null when the stored text does not. A number that is cited again covers what it was
    /// cited for before as well.
    /// </summary>
    public AnswerCitation? Cite(int number, string sentence)
    {
        if (_quotes.Value.Find(sentence) is not { } found)
            return null;
        var range = _quoted is { } before ? Join(before, found) : found;
        _quoted = range;
        var (start, end) = (passage.CharStart + range.Start, passage.CharStart + range.End);
        var page = pages.FirstOrDefault(page => page.CharStart <= start && start < page.CharEnd);
        var boxes = pages
            .Where(page => page.WordBoxes is not null && page.CharStart < end && page.CharEnd > start)
            .SelectMany(page => CitationBoxes.Of(page.Page, WordBoxes.Within(page.WordBoxes!, start, end)))
            .ToList();
        return new AnswerCitation(
            number,
            passage.DocumentId,
            passage.Version,
            passage.DocumentName,
            page?.Page ?? passage.Page,
            storedText[range.Start..range.End],
            start,
            end,
            boxes.Count > 0 ? boxes : null
        );
    }

    private static TextRange Join(TextRange one, TextRange other)
    {
        var both = new TextRange(Math.Min(one.Start, other.Start), Math.Max(one.End, other.End));
        return both.Length <= LongestQuote ? both
            : other.Length > one.Length ? other
            : one;
    }
}

/// <summary>A page's range in its document's text, with its packed word boxes.</summary>
internal sealed record StoredPage(Guid DocumentId, int Version, int Page, int CharStart, int CharEnd, byte[]? WordBoxes);
