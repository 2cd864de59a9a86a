using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace DocuChat.Ingestion.Extraction;

/// <summary>
/// Word documents: headings, lists, tables as rows with the names of their columns, text boxes, foot- and endnotes. Tracked changes are taken as
/// accepted. Nothing outside the file is opened.
/// </summary>
internal static class DocxExtractor
{
    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits) =>
        OfficeFile.Read(
            content,
            limits,
            () =>
            {
                using var package = WordprocessingDocument.Open(content, false, OfficeFile.Settings);
                var main = package.MainDocumentPart ?? throw new ExtractionException("The file is no Word document: its main part is missing.");
                var assembler = new TextAssembler(limits);
                new Walk(assembler, main, limits).Read();
                return assembler.ToDocument();
            }
        );

    private sealed class Walk(TextAssembler assembler, MainDocumentPart main, ExtractionLimits limits)
    {
        private readonly Dictionary<string, int> _headings = HeadingStyles(main);
        private readonly Dictionary<long, string> _footnotes = Notes(main.FootnotesPart?.Footnotes?.Elements<Footnote>());
        private readonly Dictionary<long, string> _endnotes = Notes(main.EndnotesPart?.Endnotes?.Elements<Endnote>());
        private readonly List<string> _notes = [];
        private int _depth;

        public void Read()
        {
            if (main.Document?.Body is not { } body)
                return;
            AddBlocks(body);
            foreach (var note in _notes)
                assembler.Add(BlockKind.Paragraph, note);
        }

        private void AddBlocks(OpenXmlElement container)
        {
            limits.CheckNesting(++_depth);
            foreach (var element in container.ChildElements)
            {
                switch (element)
                {
                    case Paragraph paragraph:
                        AddParagraph(paragraph);
                        break;
                    case Table table:
                        assembler.AddTable(RowsOf(table));
                        break;
                    case DeletedRun or MoveFromRun:
                        break;
                    case SdtBlock or SdtContentBlock or CustomXmlBlock or InsertedRun or MoveToRun:
                        AddBlocks(element);
                        break;
                }
            }
            _depth--;
        }

        private void AddParagraph(Paragraph paragraph)
        {
            var text = new StringBuilder();
            var boxes = new List<OpenXmlElement>();
            AddText(paragraph, text, boxes);
            var level = LevelOf(paragraph);
            var isItem = level == 0 && paragraph.ParagraphProperties?.NumberingProperties is not null;
            assembler.Add(level > 0 ? BlockKind.Heading : isItem ? BlockKind.ListItem : BlockKind.Paragraph, text.ToString(), level);
            // What stands in a box beside the paragraph is text of its own.
            foreach (var box in boxes)
                AddBlocks(box);
        }

        private void AddText(OpenXmlElement element, StringBuilder text, List<OpenXmlElement> boxes)
        {
            limits.CheckNesting(++_depth);
            foreach (var child in element.ChildElements)
            {
                switch (child)
                {
                    case Text run:
                        text.Append(run.Text);
                        break;
                    case TabChar or Break or CarriageReturn or PositionalTab:
                        text.Append(' ');
                        break;
                    case NoBreakHyphen:
                        text.Append('-');
                        break;
                    case SymbolChar { Char.Value: { } code } when int.TryParse(code, System.Globalization.NumberStyles.HexNumber, null, out var value) && value is > 0x20 and < 0xF000:
                        text.Append((char)value);
                        break;
                    case FootnoteReference { Id.Value: var id }:
                        AddNote(_footnotes, id, text);
                        break;
                    case EndnoteReference { Id.Value: var id }:
                        AddNote(_endnotes, id, text);
                        break;
                    case TextBoxContent box:
                        boxes.Add(box);
                        break;
                    // The same box again, for old versions of Word.
                    case AlternateContentFallback when child.Parent?.GetFirstChild<AlternateContentChoice>() is { } choice && choice.Descendants<TextBoxContent>().Any():
                        break;
                    case DeletedRun or MoveFromRun or DeletedText or FieldCode or ParagraphProperties or RunProperties:
                        break;
                    default:
                        AddText(child, text, boxes);
                        break;
                }
            }
            _depth--;
        }

        // A note stands after the text, marked by the number that refers to it.
        private void AddNote(Dictionary<long, string> notes, long id, StringBuilder text)
        {
            if (!notes.TryGetValue(id, out var note) || note.Length == 0)
                return;
            text.Append('[').Append(_notes.Count + 1).Append(']');
            _notes.Add($"[{_notes.Count + 1}] {note}");
        }

        private List<IReadOnlyList<string>> RowsOf(Table table)
        {
            var rows = new List<IReadOnlyList<string>>();
            foreach (var row in table.Elements<TableRow>())
            {
                if (row.TableRowProperties?.GetFirstChild<Deleted>() is not null)
                    continue;
                var cells = new List<string>();
                foreach (var cell in row.Descendants<TableCell>().Where(cell => cell.Ancestors<TableRow>().First() == row))
                {
                    var at = cells.Count;
                    var isContinued = cell.TableCellProperties?.VerticalMerge is { } merge && merge.Val?.Value != MergedCellValues.Restart;
                    // A cell that runs over several rows says the same in each.
                    var value = isContinued && rows.Count > 0 && at < rows[^1].Count ? rows[^1][at] : CellText(cell);
                    var span = Math.Clamp(cell.TableCellProperties?.GridSpan?.Val?.Value ?? 1, 1, 100);
                    cells.Add(value);
                    cells.AddRange(Enumerable.Repeat("", span - 1));
                }
                rows.Add(cells);
            }
            return rows;
        }

        private string CellText(TableCell cell)
        {
            var text = new StringBuilder();
            foreach (var paragraph in cell.Descendants<Paragraph>())
            {
                var boxes = new List<OpenXmlElement>();
                if (text.Length > 0)
                    text.Append(' ');
                AddText(paragraph, text, boxes);
            }
            return text.ToString();
        }

        private int LevelOf(Paragraph paragraph)
        {
            if (paragraph.ParagraphProperties?.OutlineLevel?.Val?.Value is { } outline and < 9)
                return outline + 1;
            return paragraph.ParagraphProperties?.ParagraphStyleId?.Val?.Value is { } style && _headings.TryGetValue(style, out var level) ? level : 0;
        }

        /// <summary>Styles that are headings: by their outline level or by Word's own names, also through the styles they are based on.</summary>
        private static Dictionary<string, int> HeadingStyles(MainDocumentPart main)
        {
            var styles = main.StyleDefinitionsPart?.Styles?.Elements<Style>().Where(style => style.StyleId?.Value is not null).ToLookup(style => style.StyleId!.Value!);
            var headings = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var group in styles ?? Enumerable.Empty<IGrouping<string, Style>>())
            {
                var style = group.First();
                for (var depth = 0; style is not null && depth < 10; depth++)
                {
                    if (LevelOf(style) is var level and > 0)
                    {
                        headings[group.Key] = level;
                        break;
                    }
                    style = style.BasedOn?.Val?.Value is { } parent ? styles![parent].FirstOrDefault() : null;
                }
            }
            return headings;
        }

        private static int LevelOf(Style style)
        {
            if (style.StyleParagraphProperties?.OutlineLevel?.Val?.Value is { } outline and < 9)
                return outline + 1;
            var name = style.StyleName?.Val?.Value ?? "";
            if (name.Equals("title", StringComparison.OrdinalIgnoreCase))
                return 1;
            return name.StartsWith("heading ", StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(8), out var level) ? Math.Clamp(level, 1, 9) : 0;
        }

        private static Dictionary<long, string> Notes(IEnumerable<FootnoteEndnoteType>? notes)
        {
            var texts = new Dictionary<long, string>();
            foreach (var note in notes ?? [])
            {
                if (note.Id?.Value is { } id and > 0)
                    texts[id] = TextAssembler.Even(string.Join(' ', note.Descendants<Text>().Where(text => !text.Ancestors<DeletedRun>().Any()).Select(text => text.Text)));
            }
            return texts;
        }
    }
}
