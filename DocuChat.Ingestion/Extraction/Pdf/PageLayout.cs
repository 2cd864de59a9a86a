namespace DocuChat.Ingestion.Extraction.Pdf;

/// <summary>
/// Finds the reading order of a page by cutting it (recursive XY cut): at a gutter that runs through a whole region, into columns; else at its
/// widest horizontal gap, into what stands above and below. A region that cannot be cut is a block of lines.
/// </summary>
internal static class PageLayout
{
    /// <summary>Least width of a gutter between columns, in font sizes.</summary>
    private const double GutterWidth = 0.9;

    /// <summary>Least height of a gap that parts regions, in font sizes.</summary>
    private const double RegionGap = 1.1;

    /// <summary>Share of its width that the lines of a column fill; cells of a table fill less, and a table is read by rows.</summary>
    private const double ColumnFill = 0.55;

    /// <summary>Glyphs of one line; a line ends where a column does.</summary>
    internal sealed record Row(List<Glyph> Glyphs)
    {
        public double Left { get; } = Glyphs.Min(glyph => glyph.Left);
        public double Right { get; } = Glyphs.Max(glyph => glyph.Right);
        public double Top { get; } = Glyphs.Min(glyph => glyph.Top);
        public double Bottom { get; } = Glyphs.Max(glyph => glyph.Bottom);
    }

    /// <summary>The blocks of a page in reading order, each a list of rows from top to bottom.</summary>
    public static IEnumerable<List<Row>> Blocks(IReadOnlyList<Glyph> glyphs, bool rightToLeft)
    {
        var visible = glyphs.Where(glyph => !glyph.IsSpace).ToList();
        if (visible.Count == 0)
            return [];
        var sizes = visible.Select(glyph => glyph.Size).Order().ToList();
        return Cut([.. glyphs], sizes[sizes.Count / 2], rightToLeft, 0);
    }

    private static IEnumerable<List<Row>> Cut(List<Glyph> glyphs, double size, bool rightToLeft, int depth)
    {
        var rows = RowsOf(glyphs);
        if (rows.Count == 0)
            return [];
        if (depth < 40)
        {
            if (rows.Count > 2 && Gutter(glyphs, size) is { } x)
            {
                var left = glyphs.Where(glyph => glyph.Middle < x).ToList();
                var right = glyphs.Where(glyph => glyph.Middle >= x).ToList();
                var (first, second) = rightToLeft ? (right, left) : (left, right);
                return Cut(first, size, rightToLeft, depth + 1).Concat(Cut(second, size, rightToLeft, depth + 1));
            }
            if (WidestGap(rows, size) is { } y)
            {
                var (above, below) = (glyphs.Where(glyph => glyph.Baseline < y).ToList(), glyphs.Where(glyph => glyph.Baseline >= y).ToList());
                if (above.Count > 0 && below.Count > 0)
                    return Cut(above, size, rightToLeft, depth + 1).Concat(Cut(below, size, rightToLeft, depth + 1));
            }
        }
        return [rows];
    }

    /// <summary>Puts glyphs whose heights overlap by half into one row, so that raised and lowered ones stay in their line.</summary>
    private static List<Row> RowsOf(List<Glyph> glyphs)
    {
        // From top to bottom, so that only the last few rows can take a glyph.
        const int Near = 3;
        var rows = new List<(double Top, double Bottom, List<Glyph> Glyphs)>();
        foreach (var glyph in glyphs.Where(glyph => !glyph.IsSpace && !glyph.IsMark).OrderBy(glyph => glyph.Baseline))
        {
            var (best, at) = (0.5, -1);
            for (var i = Math.Max(0, rows.Count - Near); i < rows.Count; i++)
            {
                var shared = (Math.Min(rows[i].Bottom, glyph.Bottom) - Math.Max(rows[i].Top, glyph.Top)) / Math.Min(rows[i].Bottom - rows[i].Top, glyph.Bottom - glyph.Top);
                if (shared > best)
                    (best, at) = (shared, i);
            }
            if (at < 0)
                rows.Add((glyph.Top, glyph.Bottom, [glyph]));
            else
            {
                rows[at].Glyphs.Add(glyph);
                // The largest letter says how high the row is.
                if (glyph.Bottom - glyph.Top > rows[at].Bottom - rows[at].Top)
                    rows[at] = (glyph.Top, glyph.Bottom, rows[at].Glyphs);
            }
        }
        if (rows.Count == 0)
            return [];

        rows.Sort((left, right) => left.Bottom.CompareTo(right.Bottom));
        var bottoms = rows.ConvertAll(row => row.Bottom);
        foreach (var glyph in glyphs.Where(glyph => glyph.IsSpace || glyph.IsMark))
        {
            var middle = (glyph.Top + glyph.Bottom) / 2;
            var found = bottoms.BinarySearch(middle);
            if (found < 0)
                found = ~found;
            if (found < rows.Count && rows[found].Top <= middle)
                rows[found].Glyphs.Add(glyph);
        }
        return rows.ConvertAll(row => new Row(row.Glyphs));
    }

    /// <summary>The middle of the widest gutter that no glyph crosses and that has lines of text on both sides.</summary>
    private static double? Gutter(List<Glyph> glyphs, double size)
    {
        var best = (Width: GutterWidth * size, X: (double?)null);
        var reached = double.MinValue;
        foreach (var glyph in glyphs.Where(glyph => !glyph.IsSpace).OrderBy(glyph => glyph.Left))
        {
            var width = glyph.Left - reached;
            if (reached > double.MinValue && width > best.Width)
            {
                var x = reached + (width / 2);
                if (IsColumn(glyphs.Where(other => other.Middle < x)) && IsColumn(glyphs.Where(other => other.Middle >= x)))
                    best = (width, x);
            }
            reached = Math.Max(reached, glyph.Right);
        }
        return best.X;
    }

    private static bool IsColumn(IEnumerable<Glyph> side)
    {
        var rows = RowsOf([.. side]);
        if (rows.Count < 3)
            return false;
        var width = rows.Max(row => row.Right) - rows.Min(row => row.Left);
        var filled = rows.Count(row => row.Right - row.Left > ColumnFill * width);
        var letters = rows.Average(row => row.Glyphs.Count(glyph => !glyph.IsSpace));
        return filled * 2 >= rows.Count && letters >= 12;
    }

    private static double? WidestGap(List<Row> rows, double size)
    {
        var best = (Height: RegionGap * size, Y: (double?)null);
        var reached = rows[0].Bottom;
        foreach (var row in rows.Skip(1))
        {
            if (row.Top - reached > best.Height)
                best = (row.Top - reached, reached + ((row.Top - reached) / 2));
            reached = Math.Max(reached, row.Bottom);
        }
        return best.Y;
    }
}
