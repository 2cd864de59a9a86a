using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;

namespace DocuChat.Ingestion.Extraction.Pdf;

/// <summary>
/// A letter as it is drawn. Positions are in points in the reading direction of the text it belongs to: x grows to the right, y downwards; for
/// text that is set upright on the page this is the page itself with its origin at the top left.
/// </summary>
internal sealed class Glyph
{
    private Glyph() { }

    /// <summary>What it says, in Unicode; presentation forms are kept, because their form says how letters were joined.</summary>
    public required string Value { get; init; }

    public required double Left { get; init; }
    public required double Right { get; init; }
    public required double Baseline { get; init; }

    /// <summary>Font size.</summary>
    public required double Size { get; init; }

    public required bool IsBold { get; init; }

    /// <summary>Its box on the page: left, top, right, bottom.</summary>
    public required (double Left, double Top, double Right, double Bottom) Box { get; init; }

    /// <summary>It draws nothing: a space, or a joiner.</summary>
    public bool IsSpace => IsJoiner || string.IsNullOrWhiteSpace(Value);

    /// <summary>A half-space or its opposite. It has no width, whatever its font says.</summary>
    public bool IsJoiner => Value is "\u200C" or "\u200D";

    public bool IsMark => IsMarkValue(Value);

    public double Top => Baseline - (0.8 * Size);

    public double Bottom => Baseline + (0.2 * Size);

    public double Middle => (Left + Right) / 2;

    /// <summary>A letter of PdfPig's, or null when it says nothing.</summary>
    public static Glyph? Of(Letter letter, double pageHeight)
    {
        var value = TextAssembler.Storable(letter.Value).Trim('\u200B', '\uFEFF', '\u00AD');
        if (value.Length == 0 || (char.IsControl(value[0]) && !char.IsWhiteSpace(value[0])) || IsEmbedding(value[0]))
            return null;
        var size = Math.Abs(letter.PointSize) is var points and > 0.5 ? points : Math.Max(1, letter.BoundingBox.Height);
        var (start, end) = (letter.StartBaseLine, letter.EndBaseLine);
        var (alongStart, alongEnd, baseline) = letter.TextOrientation switch
        {
            TextOrientation.Rotate90 => (pageHeight - start.Y, pageHeight - end.Y, -start.X),
            TextOrientation.Rotate180 => (-start.X, -end.X, start.Y - pageHeight),
            TextOrientation.Rotate270 => (start.Y, end.Y, start.X),
            _ => (start.X, end.X, pageHeight - start.Y),
        };
        // A mark has no advance; only its ink says which letter it stands at.
        if (letter.TextOrientation is TextOrientation.Horizontal && IsMarkValue(value))
            (alongStart, alongEnd) = (letter.BoundingBox.Left, letter.BoundingBox.Right);
        return new Glyph
        {
            Value = value,
            Left = Math.Min(alongStart, alongEnd),
            Right = Math.Max(alongStart, alongEnd),
            Baseline = baseline,
            Size = size,
            IsBold = letter.FontName?.Contains("Bold", StringComparison.OrdinalIgnoreCase) == true,
            Box = BoxOf(letter, size, pageHeight),
        };
    }

    /// <summary>Its letters in the form they are written with: ligatures and presentation forms taken apart, in logical order.</summary>
    public string Plain()
    {
        foreach (var character in Value)
        {
            if (character is (>= '\uFB00' and <= '\uFB06') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFF'))
                return Value.Normalize(NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal);
        }
        return Value;
    }

    private static (double, double, double, double) BoxOf(Letter letter, double size, double pageHeight)
    {
        var rectangle = letter.BoundingBox;
        if (letter.TextOrientation is not TextOrientation.Horizontal)
            return (rectangle.Left, pageHeight - rectangle.Top, rectangle.Right, pageHeight - rectangle.Bottom);
        var baseline = pageHeight - letter.StartBaseLine.Y;
        return (Math.Min(letter.StartBaseLine.X, letter.EndBaseLine.X), baseline - (0.8 * size), Math.Max(letter.StartBaseLine.X, letter.EndBaseLine.X), baseline + (0.2 * size));
    }

    private static bool IsMarkValue(string value) => CharUnicodeInfo.GetUnicodeCategory(value, 0) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    private static bool IsEmbedding(char character) => character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F';
}
