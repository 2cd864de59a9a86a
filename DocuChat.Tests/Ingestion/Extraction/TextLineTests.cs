using DocuChat.Ingestion.Extraction.Pdf;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Graphics.Colors;
using UglyToad.PdfPig.PdfFonts;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class TextLineTests
{
    private const double Width = 6;

    /// <summary>
    /// LibreOffice draws a half-space as a glyph that is as wide as a space and then does not move on, so that it covers the beginning of the letter on its right,
    /// from a place that is rounded to either side of that letter's.
    /// </summary>
    [Theory]
    [InlineData('\u200C', 0.02)]
    [InlineData('\u200C', -0.02)]
    [InlineData('\u200D', 0.02)]
    public void Read_JoinerWithoutAdvance_StandsBetweenTheLettersThatItParts(char joiner, double off)
    {
        var glyphs = Drawn("تساهدنام").Append(Drawn(joiner, (3 * Width) + off, 3.5));
        Assert.Equal($"مانده{joiner}است", Text(glyphs));
    }

    [Fact]
    public void Read_HalfSpaceDrawnAsASpaceWithoutWidth_IsOne()
    {
        // It covers more than half of the letter on its right.
        var glyphs = Drawn("اههار").Append(Drawn(' ', 2 * Width, 1.2 * Width));
        Assert.Equal("راه\u200Cها", Text(glyphs));
    }

    private static string Text(IEnumerable<Glyph> glyphs) => TextLine.Read([.. glyphs], rightToLeft: true).Text;

    private static IEnumerable<Glyph> Drawn(string seen) => seen.Select((letter, index) => Drawn(letter, index * Width, Width));

    private static Glyph Drawn(char value, double left, double width)
    {
        const double Size = 11;
        var box = new PdfRectangle(left, 500, left + width, 510);
        var (start, end) = (new PdfPoint(left, 500), new PdfPoint(left + width, 500));
        return Glyph.Of(new Letter(value.ToString(), box, box, start, end, width, Size, new FontDetails("Serif", false, 400, false), TextRenderingMode.Fill, GrayColor.Black, GrayColor.Black, Size, 1), 800)!;
    }
}
