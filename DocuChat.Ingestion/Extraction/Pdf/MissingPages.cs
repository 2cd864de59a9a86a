using System.Globalization;

namespace DocuChat.Ingestion.Extraction.Pdf;

/// <summary>Says which pages of a PDF have no text, and why: what is missing must not look as if it had never been there.</summary>
internal static class MissingPages
{
    /// <summary>Ranges of pages that a note names; a book of scans with text on every other page has hundreds.</summary>
    private const int NamedRanges = 20;

    /// <summary>One note for each reason, of a document that has text on other pages. A page that is blank is not missing.</summary>
    public static IEnumerable<string> NotesOf(IReadOnlyList<PageText> pages, bool isRecognised) =>
        pages
            .Where(page => !page.HasText)
            .GroupBy(page => ReasonOf(page, isRecognised))
            .Where(group => group.Key is not null)
            .Select(group => Note(group.Select(page => page.Number).ToList(), group.Key!));

    /// <summary>The reason of a document that has none on any page.</summary>
    public static ExtractionException WithoutText(IReadOnlyList<PageText> pages, bool isRecognised)
    {
        // A lenient parser leaves out what it cannot read: a page whose content came to nothing is damaged, one without content is empty.
        if (pages.Count == 0 || pages.Any(page => page.IsUnreadable))
            return new("The PDF is damaged or incomplete: nothing in it can be read.");
        return new(
            !pages.Any(page => page.HasImages) ? "The PDF has no text: its pages are empty or drawn without letters."
            : isRecognised ? "The PDF has no text: its pages are images, and no text was recognised in them."
            : "The PDF has no text: its pages are images, and text recognition (Tesseract) is not installed here. Run it over the file and upload the result."
        );
    }

    private static string? ReasonOf(PageText page, bool isRecognised) =>
        page.IsUnreadable ? "damaged, and nothing there can be read."
        : page.HasImages && isRecognised ? "an image, and no text was recognised there."
        : page.HasImages ? "an image, and text recognition (Tesseract) is not installed here. Run it over the file and upload the result."
        : page.HasDrawings ? "drawn without letters."
        : null;

    private static string Note(List<int> numbers, string reason)
    {
        var ranges = Ranges(numbers).ToList();
        var named = string.Join(", ", ranges.Take(NamedRanges)) + (ranges.Count > NamedRanges ? ", …" : "");
        return numbers.Count == 1 ? $"Page {named} has no text: it is {reason}" : $"Pages {named} have no text: each is {reason}";
    }

    /// <summary>1, 2, 3, 7 as <c>1–3</c> and <c>7</c>.</summary>
    private static IEnumerable<string> Ranges(List<int> numbers)
    {
        for (var i = 0; i < numbers.Count; i++)
        {
            var first = numbers[i];
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1)
                i++;
            yield return first == numbers[i] ? first.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{first}–{numbers[i]}");
        }
    }
}
