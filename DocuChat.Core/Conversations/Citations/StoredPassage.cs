using DocuChat.Core.Documents;
using DocuChat.Core.Retrieval;

namespace DocuChat.Core.Conversations.Citations;

/// <summary>A passage with the text that is stored for its range right now, and the pages that it lies on. Quotes are taken from here and from nowhere else.</summary>
internal sealed class StoredPassage(Passage passage, string storedText, IReadOnlyList<StoredPage> pages)
{
    private readonly Lazy<QuoteFinder> _quotes = new(() => new QuoteFinder(storedText));

    /// <summary>Finds what supports <paramref name="sentence"/>; null when the stored text does not.</summary>
    public AnswerCitation? Cite(int number, string sentence)
    {
        if (_quotes.Value.Find(sentence) is not { } range)
            return null;
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
}

/// <summary>A page's range in its document's text, with its packed word boxes.</summary>
internal sealed record StoredPage(Guid DocumentId, int Version, int Page, int CharStart, int CharEnd, byte[]? WordBoxes);
