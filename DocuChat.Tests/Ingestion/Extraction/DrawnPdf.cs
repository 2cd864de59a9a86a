using System.Globalization;
using System.Text;

namespace DocuChat.Tests.Ingestion.Extraction;

/// <summary>
/// A PDF whose glyphs say any text one likes, and stand where one likes: each is <see cref="Advance"/> points wide, and what it says stands in the font's ToUnicode map, as real PDF
/// files tell of ligatures, of letters beyond the first 65,536 and of the forms that Arabic letters take.
/// </summary>
internal sealed class DrawnPdf
{
    /// <summary>Width of a glyph, and of a space, in points.</summary>
    public const double Advance = 6;

    /// <summary>The height of its pages.</summary>
    public const double Height = 800;

    private const double Size = 12;

    private readonly List<string> _glyphs = [" "];
    private readonly List<string> _contents = [];

    /// <summary>Adds a page with lines of glyphs, as seen from the left to the right. Each line begins at its x, and its baseline lies y points below the page's upper edge.</summary>
    public DrawnPdf Page(params (double X, double Y, string[] Glyphs)[] lines)
    {
        var content = new StringBuilder();
        foreach (var (x, y, glyphs) in lines)
        {
            var codes = string.Concat(glyphs.Select(glyph => CodeOf(glyph).ToString("X2", CultureInfo.InvariantCulture)));
            content.Append(CultureInfo.InvariantCulture, $"BT /F1 {Size} Tf 1 0 0 1 {x} {Height - y} Tm <{codes}> Tj ET\n");
        }
        _contents.Add(content.ToString());
        return this;
    }

    /// <summary>One glyph a letter, as most text is set.</summary>
    public static string[] Letters(string text) => [.. text.EnumerateRunes().Select(rune => rune.ToString())];

    /// <summary>The file.</summary>
    public byte[] Build()
    {
        var map = new StringBuilder("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Drawn def /CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange\n");
        map.Append(CultureInfo.InvariantCulture, $"{_glyphs.Count} beginbfchar\n");
        for (var i = 0; i < _glyphs.Count; i++)
            map.Append(CultureInfo.InvariantCulture, $"<{i + 32:X2}> <{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(_glyphs[i]))}>\n");
        map.Append("endbfchar endcmap CMapName currentdict /CMap defineresource pop end end");

        var kids = string.Join(' ', _contents.Select((_, i) => $"{5 + 2 * i} 0 R"));
        var widths = string.Join(' ', Enumerable.Repeat(Advance / Size * 1000, 224).Select(width => width.ToString(CultureInfo.InvariantCulture)));
        var objects = new List<string>
        {
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Kids [{kids}] /Count {_contents.Count} >>",
            $"<< /Type /Font /Subtype /TrueType /BaseFont /Drawn /FirstChar 32 /LastChar 255 /Widths [{widths}] /Encoding /WinAnsiEncoding /ToUnicode 4 0 R /FontDescriptor << /Type /FontDescriptor /FontName /Drawn /Flags 32 /FontBBox [0 -200 600 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>",
            Stream(map.ToString()),
        };
        for (var i = 0; i < _contents.Count; i++)
        {
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 {Height}] /Resources << /Font << /F1 3 0 R >> >> /Contents {6 + 2 * i} 0 R >>");
            objects.Add(Stream(_contents[i]));
        }

        var file = new StringBuilder("%PDF-1.7\n");
        var places = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            places.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }
        var table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var place in places)
            file.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n");
        file.Append(CultureInfo.InvariantCulture, $"trailer << /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }

    private int CodeOf(string glyph)
    {
        var at = _glyphs.IndexOf(glyph);
        if (at < 0)
        {
            at = _glyphs.Count;
            _glyphs.Add(glyph);
        }
        return at + 32;
    }

    private static string Stream(string content) => $"<< /Length {content.Length} >>\nstream\n{content}\nendstream";
}
