using System.Text;

namespace DocuChat.Ingestion.Extraction.Pdf;

/// <summary>A word of a line: its range in the line's text and its box on the page.</summary>
internal readonly record struct LineWord(int Start, int End, double Left, double Top, double Right, double Bottom);

/// <summary>A line of text in reading order.</summary>
internal sealed class TextLine
{
    /// <summary>Least gap between two letters that separates words, in font sizes.</summary>
    private const double WordGap = 0.17;

    /// <summary>Least width of a drawn space that is one. A half-space is drawn as a space without width.</summary>
    private const double SpaceWidth = 0.09;

    private const string HalfSpace = "\u200C";

    private TextLine(string text, IReadOnlyList<LineWord> words, IReadOnlyList<Glyph> glyphs)
    {
        Text = text;
        Words = words;
        Left = glyphs.Min(glyph => glyph.Left);
        Right = glyphs.Max(glyph => glyph.Right);
        Size = glyphs.GroupBy(glyph => Math.Round(glyph.Size, 1)).MaxBy(group => group.Count())!.Key;
        Baseline = glyphs.GroupBy(glyph => Math.Round(glyph.Baseline, 1)).MaxBy(group => group.Count())!.Key;
        IsBold = glyphs.Count(glyph => glyph.IsBold) * 2 > glyphs.Count;
    }

    public string Text { get; }
    public IReadOnlyList<LineWord> Words { get; }
    public double Left { get; }
    public double Right { get; }
    public double Baseline { get; }
    public double Size { get; }
    public bool IsBold { get; }

    /// <summary>Reads a line.</summary>
    /// <param name="glyphs">Its glyphs, spaces among them, in any order; at least one is visible.</param>
    /// <param name="rightToLeft">The direction of the paragraph it stands in.</param>
    /// <param name="bracketsAsSeen">Whether a bracket's letter is the one that is seen; else it is the one that is meant (see <see cref="Brackets"/>).</param>
    public static TextLine Read(IReadOnlyList<Glyph> glyphs, bool rightToLeft, bool bracketsAsSeen = true)
    {
        var items = ItemsOf(glyphs);
        var order = Bidi.ReadingOrder(items.ConvertAll(item => item.Value), rightToLeft);
        var text = new StringBuilder();
        var words = new List<LineWord>();
        var wordStart = 0;
        var inWord = new List<Glyph>();
        foreach (var (index, isLeftToRight) in order)
        {
            var item = items[index];
            if (item.Value is " ")
            {
                EndWord();
                text.Append(' ');
                continue;
            }
            if (inWord.Count == 0)
                wordStart = text.Length;
            text.Append(isLeftToRight || !bracketsAsSeen ? item.Value : Bidi.Mirror(item.Value));
            inWord.AddRange(item.Glyphs);
        }
        EndWord();
        return new TextLine(text.ToString(), words, glyphs.Where(glyph => !glyph.IsSpace).ToList());

        void EndWord()
        {
            if (inWord.Count > 0)
            {
                words.Add(
                    new LineWord(
                        wordStart,
                        text.Length,
                        inWord.Min(glyph => glyph.Box.Left),
                        inWord.Min(glyph => glyph.Box.Top),
                        inWord.Max(glyph => glyph.Box.Right),
                        inWord.Max(glyph => glyph.Box.Bottom)
                    )
                );
            }
            inWord.Clear();
        }
    }

    private sealed record Item(string Value, List<Glyph> Glyphs);

    /// <summary>The line as it is seen, from left to right: letters with their marks, one space where words part, half-spaces where letters do not join.</summary>
    private static List<Item> ItemsOf(IReadOnlyList<Glyph> glyphs)
    {
        var visible = glyphs.Where(glyph => !glyph.IsSpace && !glyph.IsMark).OrderBy(glyph => glyph.Left).ThenBy(glyph => glyph.Right).ToList();
        if (visible.Count == 0)
            return glyphs.Where(glyph => !glyph.IsSpace).Select(glyph => new Item(glyph.Plain(), [glyph])).ToList();
        var marks = MarksOf(glyphs, visible);
        var spaces = glyphs.Where(glyph => glyph.IsSpace).OrderBy(glyph => glyph.Left).ToList();

        var items = new List<Item>();
        var space = 0;
        for (var i = 0; i < visible.Count; i++)
        {
            var glyph = visible[i];
            if (i > 0)
            {
                var before = visible[i - 1];
                var size = Math.Max(before.Size, glyph.Size);
                // By where they begin: what has no width, and yet a glyph that is as wide as a space, reaches into the letter on its right.
                var (drawn, joiner) = (false, (Glyph?)null);
                for (; space < spaces.Count && spaces[space].Left < glyph.Middle; space++)
                {
                    if (spaces[space].Left < before.Middle)
                        continue;
                    drawn |= !spaces[space].IsJoiner;
                    joiner = spaces[space].IsJoiner ? spaces[space] : joiner;
                }
                var gap = glyph.Left - before.Right;
                if ((drawn && gap > SpaceWidth * size) || (joiner is null && gap > WordGap * size))
                    items.Add(new Item(" ", []));
                else if (joiner is not null || IsHalfSpace(left: before, right: glyph, drawn))
                    items.Add(new Item(joiner?.Value ?? HalfSpace, []));
            }
            var value = glyph.Plain();
            var own = new List<Glyph> { glyph };
            foreach (var mark in marks.Where(mark => mark.Base == glyph))
            {
                value += mark.Mark.Plain();
                own.Add(mark.Mark);
            }
            items.Add(new Item(value.Normalize(NormalizationForm.FormC), own));
        }
        return items;
    }

    private static List<(Glyph Mark, Glyph Base)> MarksOf(IReadOnlyList<Glyph> glyphs, List<Glyph> visible) =>
        glyphs.Where(glyph => glyph.IsMark).Select(mark => (mark, visible.MinBy(glyph => Distance(glyph, mark.Middle))!)).ToList();

    private static double Distance(Glyph glyph, double x) => x < glyph.Left ? glyph.Left - x : x > glyph.Right ? x - glyph.Right : 0;

    // Read from the right: a letter that could join the next one but has its final form, and a next one that begins anew.
    private static bool IsHalfSpace(Glyph left, Glyph right, bool drawn)
    {
        if (!IsArabic(left) || !IsArabic(right))
            return false;
        if (drawn)
            return true;
        return ArabicForms.EndsJoiningGroup(right.Value[^1]) && ArabicForms.BeginsJoiningGroup(left.Value[0]);
    }

    private static bool IsArabic(Glyph glyph) => Bidi.IsRightToLeft(glyph.Value[0]);
}
