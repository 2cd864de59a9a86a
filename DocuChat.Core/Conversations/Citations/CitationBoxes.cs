using DocuChat.Core.Documents;

namespace DocuChat.Core.Conversations.Citations;

/// <summary>Joins the boxes of a quote's words into one box a line, so that a reader sees marked lines and not a mosaic.</summary>
internal static class CitationBoxes
{
    public static IReadOnlyList<CitationBox> Of(int page, IEnumerable<WordBox> words)
    {
        var lines = new List<(double Left, double Top, double Right, double Bottom)>();
        foreach (var word in words.Where(word => word.Width > 0 && word.Height > 0))
        {
            var (left, top, right, bottom) = ((double)word.X, (double)word.Y, (double)word.X + word.Width, (double)word.Y + word.Height);
            // The words come in the order of the text, in either direction; a word is of the line before it when their heights overlap by half.
            if (lines.Count > 0 && Overlap(lines[^1].Top, lines[^1].Bottom, top, bottom) >= 0.5 * Math.Min(bottom - top, lines[^1].Bottom - lines[^1].Top))
                lines[^1] = (Math.Min(lines[^1].Left, left), Math.Min(lines[^1].Top, top), Math.Max(lines[^1].Right, right), Math.Max(lines[^1].Bottom, bottom));
            else
                lines.Add((left, top, right, bottom));
        }
        return [.. lines.Select(line => new CitationBox(page, Round(line.Left), Round(line.Top), Round(line.Right - line.Left), Round(line.Bottom - line.Top)))];
    }

    private static double Overlap(double top, double bottom, double otherTop, double otherBottom) => Math.Min(bottom, otherBottom) - Math.Max(top, otherTop);

    // A tenth of a point is finer than any screen.
    private static double Round(double points) => Math.Round(points, 1);
}
