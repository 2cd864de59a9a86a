using System.Text;
using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction.Pdf;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Exceptions;
using UglyToad.PdfPig.Tokens;

namespace DocuChat.Ingestion.Extraction;

/// <summary>
/// PDF. PdfPig gives letters with their places; reading order, words, the order of Persian letters, half-spaces, paragraphs and headings are found
/// from these here (see the decision <c>persian-pdf</c>).
/// </summary>
internal static class PdfExtractor
{
    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits, Tesseract? recognition)
    {
        PdfDocument pdf;
        try
        {
            pdf = PdfDocument.Open(content, new ParsingOptions { UseLenientParsing = true, SkipMissingFonts = true });
        }
        catch (PdfDocumentEncryptedException exception)
        {
            throw new ExtractionException("The PDF is protected with a password. Save it without one and upload it again.", exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw Damaged(exception);
        }
        using (pdf)
        {
            limits.CheckPages(pdf.NumberOfPages);
            var pages = Enumerable.Range(1, pdf.NumberOfPages).Select(number => PageText.Read(PageOf(pdf, number), page => HasContent(pdf, page), recognition)).ToList();
            return pages.Exists(page => page.HasText)
                ? new PdfAssembler(pages, limits).ToDocument() with { Notes = [.. MissingPages.NotesOf(pages, recognition is not null)] }
                : throw MissingPages.WithoutText(pages, recognition is not null);
        }
    }

    private static UglyToad.PdfPig.Content.Page PageOf(PdfDocument pdf, int number)
    {
        try
        {
            return pdf.GetPage(number);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw Damaged(exception);
        }
    }

    /// <summary>Whether something is written in a page's content, be it unreadable.</summary>
    private static bool HasContent(PdfDocument pdf, UglyToad.PdfPig.Content.Page page)
    {
        // What compressing nothing leaves.
        const int Nothing = 16;
        return page.Dictionary.Data.TryGetValue(NameToken.Contents.Data, out var content) && Streams(content).Any(stream => stream.Data.Length > Nothing);

        IEnumerable<StreamToken> Streams(IToken token) =>
            token switch
            {
                IndirectReferenceToken reference => pdf.Structure.GetObject(reference.Data) is { Data: var target and not IndirectReferenceToken } ? Streams(target) : [],
                ArrayToken array => array.Data.OfType<IndirectReferenceToken>().SelectMany(Streams),
                StreamToken stream => [stream],
                _ => [],
            };
    }

    // A parser of a format this old can fail in any way on a broken file; the file is the reason whatever it says.
    private static ExtractionException Damaged(Exception exception) => new("The PDF is damaged or incomplete and cannot be read.", exception);
}

/// <summary>A paragraph of a page, before it is put into the text.</summary>
internal sealed record PdfParagraph(List<TextLine> Lines)
{
    public double Size { get; } = Lines.Max(line => line.Size);
    public bool IsBold { get; } = Lines.TrueForAll(line => line.IsBold);
    public int Letters { get; } = Lines.Sum(line => line.Text.Length);
}

/// <summary>A paragraph of an image on a page, and the boxes of its words there; their ranges count from the paragraph's beginning.</summary>
internal sealed record ScannedParagraph(string Text, IReadOnlyList<WordBox> Words)
{
    public static ScannedParagraph Of(RecognisedParagraph paragraph, PdfRectangle image, double pageHeight)
    {
        // Its lines end where the paper did.
        var text = paragraph.Text.Replace('\n', ' ');
        // Of an image that lies on its side or on its head the words' places are not known; a wrong mark is worse than none.
        var isUpright = image.BottomLeft.X < image.TopRight.X && image.BottomLeft.Y < image.TopRight.Y && Math.Abs(image.Rotation) < 0.5;
        return new ScannedParagraph(text, isUpright ? [.. paragraph.Words.Select(Box)] : []);

        WordBox Box(RecognisedWord word) =>
            new(
                word.Start,
                word.End,
                (float)(image.Left + word.Left * image.Width),
                (float)(pageHeight - image.Top + word.Top * image.Height),
                (float)(word.Width * image.Width),
                (float)(word.Height * image.Height)
            );
    }
}

/// <summary>A page's paragraphs in reading order.</summary>
internal sealed record PageText(int Number, double Width, double Height, List<PdfParagraph> Paragraphs)
{
    /// <summary>It has content, and the parser could make nothing of it.</summary>
    public bool IsUnreadable { get; private init; }

    public bool HasImages { get; private init; }

    /// <summary>Something is drawn on it, which may be text without letters. Known of pages without text.</summary>
    public bool HasDrawings { get; private init; }

    /// <summary>What is written in the images of a page that has no letters: a scanned page.</summary>
    public IReadOnlyList<ScannedParagraph> Scanned { get; private init; } = [];

    public bool HasText => Paragraphs.Count > 0 || Scanned.Count > 0;

    /// <summary>A line further below the last than this many font sizes begins a paragraph.</summary>
    private const double ParagraphLeading = 1.75;

    /// <summary>Sides of an image in pixels, below which it is no page.</summary>
    private const int SmallestScan = 200;

    public static PageText Read(UglyToad.PdfPig.Content.Page page, Func<UglyToad.PdfPig.Content.Page, bool> hasContent, Tesseract? recognition)
    {
        var paragraphs = new List<PdfParagraph>();
        foreach (var orientation in page.Letters.GroupBy(letter => letter.TextOrientation).OrderByDescending(group => group.Count()))
        {
            var glyphs = WithoutDoubles(orientation.Select(letter => Glyph.Of(letter, page.Height)).OfType<Glyph>()).ToList();
            var rightToLeft = IsRightToLeft(glyphs);
            foreach (var block in PageLayout.Blocks(glyphs, rightToLeft))
            {
                var ofBlock = HasEither(block, out var direction) ? direction : rightToLeft;
                paragraphs.AddRange(Split(LinesOf(block, ofBlock), ofBlock));
            }
        }
        return new PageText(page.Number, page.Width, page.Height, paragraphs)
        {
            IsUnreadable = page.Operations.Count == 0 && hasContent(page),
            HasImages = page.NumberOfImages > 0,
            HasDrawings = paragraphs.Count == 0 && page.Paths.Count > 0,
            Scanned = paragraphs.Count == 0 && recognition is not null ? [.. page.GetImages().SelectMany(image => Recognise(image, page.Height, recognition))] : [],
        };
    }

    // Chromium's PDF files say of a bracket in Persian text which one is seen, LibreOffice's which one was written. The one that pairs them better is right.
    private static List<TextLine> LinesOf(List<PageLayout.Row> block, bool rightToLeft)
    {
        var seen = block.ConvertAll(row => TextLine.Read(row.Glyphs, rightToLeft));
        var mayBeMirrored = rightToLeft || seen.Exists(line => Bidi.HasRightToLeft(line.Text));
        if (!mayBeMirrored || !seen.Exists(line => Brackets.Has(line.Text)))
            return seen;
        var meant = block.ConvertAll(row => TextLine.Read(row.Glyphs, rightToLeft, bracketsAsSeen: false));
        return Brackets.Pairs(meant.Select(line => line.Text)) > Brackets.Pairs(seen.Select(line => line.Text)) ? meant : seen;
    }

    private static IEnumerable<ScannedParagraph> Recognise(IPdfImage image, double pageHeight, Tesseract recognition)
    {
        // A scan is a large image; rules, logos and shades are not read.
        if (image.WidthInSamples < SmallestScan || image.HeightInSamples < SmallestScan)
            return [];
        // What PDF keeps as JPEG is one; the rest is unpacked.
        var pages = image.RawMemory.Span is [0xFF, 0xD8, ..] ? recognition.Read(image.RawMemory.Span) : image.TryGetPng(out var png) ? recognition.Read(png) : null;
        return (pages ?? []).SelectMany(page => page.Paragraphs).Select(paragraph => ScannedParagraph.Of(paragraph, image.BoundingBox, pageHeight));
    }

    private static bool HasEither(List<PageLayout.Row> block, out bool rightToLeft)
    {
        var glyphs = block.SelectMany(row => row.Glyphs).ToList();
        rightToLeft = IsRightToLeft(glyphs);
        return glyphs.Exists(glyph => char.IsLetter(glyph.Value[0]));
    }

    private static bool IsRightToLeft(IReadOnlyCollection<Glyph> glyphs)
    {
        var right = glyphs.Count(glyph => Bidi.IsRightToLeft(glyph.Value[0]));
        var left = glyphs.Count(glyph => char.IsLetter(glyph.Value[0])) - right;
        return right > left;
    }

    private static IEnumerable<PdfParagraph> Split(List<TextLine> lines, bool rightToLeft)
    {
        var (start, end) = (lines.Min(line => line.Left), lines.Max(line => line.Right));
        var current = new List<TextLine>();
        foreach (var line in lines)
        {
            if (current.Count > 0 && Begins(current[^1], line))
            {
                yield return new PdfParagraph(current);
                current = [];
            }
            current.Add(line);
        }
        if (current.Count > 0)
            yield return new PdfParagraph(current);

        bool Begins(TextLine before, TextLine line)
        {
            var size = Math.Max(before.Size, line.Size);
            if (line.Baseline - before.Baseline > ParagraphLeading * size || Math.Abs(line.Size - before.Size) > 0.12 * size || line.IsBold != before.IsBold)
                return true;
            if (before.Text.EndsWith('-'))
                return false;
            // Set in, where the line before was not; or after a line that ends well before the edge.
            var indent = rightToLeft ? end - line.Right : line.Left - start;
            var indentBefore = rightToLeft ? end - before.Right : before.Left - start;
            var shortBefore = rightToLeft ? before.Left - start : end - before.Right;
            return (indent > size && indentBefore < 0.5 * size) || shortBefore > 0.35 * (end - start);
        }
    }

    // Bold is sometimes made by drawing twice.
    private static IEnumerable<Glyph> WithoutDoubles(IEnumerable<Glyph> glyphs)
    {
        var seen = new Dictionary<(string, int, int), List<Glyph>>();
        foreach (var glyph in glyphs)
        {
            var (x, y) = ((int)(glyph.Left / 4), (int)(glyph.Baseline / 4));
            var isDouble = false;
            for (var dx = -1; dx <= 1 && !isDouble; dx++)
            {
                for (var dy = -1; dy <= 1 && !isDouble; dy++)
                {
                    isDouble =
                        seen.TryGetValue((glyph.Value, x + dx, y + dy), out var near)
                        && near.Exists(other => Math.Abs(other.Left - glyph.Left) < 0.12 * glyph.Size && Math.Abs(other.Baseline - glyph.Baseline) < 0.12 * glyph.Size);
                }
            }
            if (isDouble)
                continue;
            if (!seen.TryGetValue((glyph.Value, x, y), out var here))
                seen[(glyph.Value, x, y)] = here = [];
            here.Add(glyph);
            yield return glyph;
        }
    }
}

/// <summary>Puts the pages of a PDF together: text, blocks, and the boxes of the words.</summary>
internal sealed class PdfAssembler(List<PageText> pages, ExtractionLimits limits)
{
    private readonly StringBuilder _text = new();
    private readonly List<Block> _blocks = [];
    private readonly List<Page> _pages = [];

    public ExtractedDocument ToDocument()
    {
        var headings = HeadingLevels();
        foreach (var page in pages)
        {
            var words = new List<WordBox>();
            var goesOn = GoesOn(page, headings);
            if (_text.Length > 0)
                _text.Append(goesOn ? "\n" : "\n\n");
            var start = _text.Length;
            for (var i = 0; i < page.Paragraphs.Count; i++)
            {
                if (i > 0)
                    _text.Append("\n\n");
                Add(page.Paragraphs[i], headings, words, continues: i == 0 && goesOn);
            }
            foreach (var paragraph in page.Scanned)
            {
                if (_text.Length > start)
                    _text.Append("\n\n");
                var at = _text.Length;
                _text.Append(paragraph.Text);
                _blocks.Add(new Block(BlockKind.Paragraph, at, _text.Length));
                words.AddRange(paragraph.Words.Select(word => word with { CharStart = word.CharStart + at, CharEnd = word.CharEnd + at }));
            }
            limits.CheckCharacters(_text.Length);
            _pages.Add(new Page(page.Number, start, _text.Length, page.Width, page.Height, words));
        }
        return new ExtractedDocument(_text.ToString(), _blocks, _pages);
    }

    private void Add(PdfParagraph paragraph, Dictionary<double, int> headings, List<WordBox> words, bool continues)
    {
        var start = _text.Length;
        foreach (var line in paragraph.Lines)
        {
            var joined = line != paragraph.Lines[0] && JoinsHyphenated(line.Text);
            if (joined)
            {
                _text.Length--;
                words[^1] = words[^1] with { CharEnd = _text.Length };
            }
            else if (line != paragraph.Lines[0])
                _text.Append(' ');
            var at = _text.Length;
            _text.Append(line.Text);
            words.AddRange(line.Words.Select(word => ToBox(word, at)));
        }
        var level = LevelOf(paragraph, headings);
        if (continues)
            _blocks[^1] = _blocks[^1] with { End = _text.Length };
        else
            _blocks.Add(new Block(level > 0 ? BlockKind.Heading : BlockKind.Paragraph, start, _text.Length, level));
    }

    private bool JoinsHyphenated(string next) =>
        _text.Length > 1 && _text[^1] is '-' or '\u00AD' or '\u2010' && char.IsLetter(_text[^2]) && next.Length > 0 && char.IsLower(next[0]);

    // A sentence that ends on the next page is one sentence; whether it goes on is told by its end, which Persian has too, not by a small letter.
    private bool GoesOn(PageText page, Dictionary<double, int> headings) =>
        _blocks.Count > 0
        && page.Paragraphs.Count > 0
        && _blocks[^1].Kind == BlockKind.Paragraph
        && _blocks[^1].End == _text.Length
        && LevelOf(page.Paragraphs[0], headings) == 0
        && _text[^1] is not ('.' or '!' or '?' or '؟' or '؛' or '…' or ':' or '۔' or ')' or '»' or '"')
        && !char.IsDigit(_text[^1]);

    /// <summary>Levels of the font sizes that headings are set in: larger than what most letters are set in, largest first.</summary>
    private Dictionary<double, int> HeadingLevels()
    {
        var sizes = pages.SelectMany(page => page.Paragraphs).GroupBy(paragraph => Math.Round(paragraph.Size)).ToList();
        if (sizes.Count == 0)
            return [];
        var body = sizes.MaxBy(group => group.Sum(paragraph => paragraph.Letters))!.Key;
        return sizes.Select(group => group.Key).Where(size => size > 1.15 * body).OrderDescending().Select((size, index) => (size, index)).ToDictionary(pair => pair.size, pair => Math.Min(6, pair.index + 1));
    }

    private static int LevelOf(PdfParagraph paragraph, Dictionary<double, int> headings) =>
        paragraph.Letters <= 160 && paragraph.Lines.Exists(line => line.Text.Any(char.IsLetter)) && headings.TryGetValue(Math.Round(paragraph.Size), out var level) ? level : 0;

    private static WordBox ToBox(LineWord word, int offset) =>
        new(
            word.Start + offset,
            word.End + offset,
            (float)word.Left,
            (float)word.Top,
            (float)(word.Right - word.Left),
            (float)(word.Bottom - word.Top)
        );
}
