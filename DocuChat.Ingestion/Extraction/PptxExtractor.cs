using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Presentation;
using Drawing = DocumentFormat.OpenXml.Drawing;

namespace DocuChat.Ingestion.Extraction;

/// <summary>PowerPoint presentations: a page a slide, its title as heading, then text, tables and the speaker's notes. Hidden slides are left out.</summary>
internal static class PptxExtractor
{
    /// <summary>English Metric Units (ECMA-376 part 1, 20.1.2.1) of a point.</summary>
    private const double UnitsPerPoint = 12_700;

    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits) =>
        OfficeFile.Read(
            content,
            limits,
            () =>
            {
                using var package = PresentationDocument.Open(content, false, OfficeFile.Settings);
                var main = package.PresentationPart ?? throw new ExtractionException("The file is no PowerPoint presentation: its main part is missing.");
                var slides = (main.Presentation?.SlideIdList?.Elements<SlideId>() ?? []).ToList();
                limits.CheckPages(slides.Count);
                var size = main.Presentation?.SlideSize;
                var (width, height) = ((size?.Cx?.Value ?? 0) / UnitsPerPoint, (size?.Cy?.Value ?? 0) / UnitsPerPoint);
                var assembler = new TextAssembler(limits);
                var walk = new Walk(assembler, limits);
                for (var i = 0; i < slides.Count; i++)
                {
                    assembler.BeginPage(i + 1, width, height);
                    if (slides[i].RelationshipId?.Value is { } id && main.TryGetPartById(id, out var part) && part is SlidePart slide && slide.Slide?.Show?.Value != false)
                        walk.Add(slide);
                }
                return assembler.ToDocument();
            }
        );

    private sealed class Walk(TextAssembler assembler, ExtractionLimits limits)
    {
        private int _depth;

        public void Add(SlidePart slide)
        {
            if (slide.Slide?.CommonSlideData?.ShapeTree is { } shapes)
            {
                // The title may stand anywhere among the shapes, and is read first.
                foreach (var title in shapes.Elements<Shape>().Where(IsTitle))
                    assembler.Add(BlockKind.Heading, string.Join(' ', Paragraphs(title)), level: 1);
                AddShapes(shapes);
            }
            if (slide.NotesSlidePart?.NotesSlide?.CommonSlideData?.ShapeTree is { } notes)
            {
                foreach (var shape in notes.Elements<Shape>().Where(shape => Placeholder(shape) == PlaceholderValues.Body))
                    AddText(shape);
            }
        }

        private void AddShapes(OpenXmlElement container)
        {
            limits.CheckNesting(++_depth);
            foreach (var element in container.ChildElements)
            {
                switch (element)
                {
                    case Shape shape when !IsTitle(shape) && !IsFurniture(shape):
                        AddText(shape);
                        break;
                    case GraphicFrame frame:
                        foreach (var table in frame.Descendants<Drawing.Table>())
                            assembler.AddTable(RowsOf(table));
                        break;
                    case GroupShape group:
                        AddShapes(group);
                        break;
                    case AlternateContent alternatives when alternatives.GetFirstChild<AlternateContentChoice>() is { } choice:
                        AddShapes(choice);
                        break;
                }
            }
            _depth--;
        }

        private void AddText(Shape shape)
        {
            foreach (var paragraph in Paragraphs(shape))
                assembler.Add(BlockKind.Paragraph, paragraph);
        }

        private static IEnumerable<string> Paragraphs(Shape shape) => (shape.TextBody?.Elements<Drawing.Paragraph>() ?? []).Select(TextOf);

        private static List<IReadOnlyList<string>> RowsOf(Drawing.Table table) =>
            table.Elements<Drawing.TableRow>().Select(row => (IReadOnlyList<string>)row.Elements<Drawing.TableCell>().Select(CellText).ToList()).ToList();

        private static string CellText(Drawing.TableCell cell) => string.Join(' ', (cell.TextBody?.Elements<Drawing.Paragraph>() ?? []).Select(TextOf));

        private static string TextOf(Drawing.Paragraph paragraph)
        {
            var text = new StringBuilder();
            foreach (var part in paragraph.ChildElements)
            {
                switch (part)
                {
                    case Drawing.Run run:
                        text.Append(run.Text?.Text);
                        break;
                    case Drawing.Field field:
                        text.Append(field.Text?.Text);
                        break;
                    case Drawing.Break:
                        text.Append(' ');
                        break;
                }
            }
            return text.ToString();
        }

        private static PlaceholderValues? Placeholder(Shape shape) =>
            shape.NonVisualShapeProperties?.ApplicationNonVisualDrawingProperties?.PlaceholderShape is { } placeholder ? placeholder.Type?.Value ?? PlaceholderValues.Object : null;

        private static bool IsTitle(Shape shape) => Placeholder(shape) is { } type && (type == PlaceholderValues.Title || type == PlaceholderValues.CenteredTitle);

        // The same on every slide: it says nothing of this one.
        private static bool IsFurniture(Shape shape) =>
            Placeholder(shape) is { } type && (type == PlaceholderValues.DateAndTime || type == PlaceholderValues.Footer || type == PlaceholderValues.SlideNumber || type == PlaceholderValues.Header);
    }
}
