using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace DocuChat.Ingestion.Extraction;

/// <summary>Markdown, with GitHub's tables. Marks are dropped; what they say (headings, items, rows, code) becomes the structure.</summary>
internal static class MarkdownExtractor
{
    private static readonly MarkdownPipeline _pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().UseYamlFrontMatter().Build();

    public static ExtractedDocument Extract(string markdown, ExtractionLimits limits)
    {
        var assembler = new TextAssembler(limits);
        AddBlocks(assembler, Parse(markdown), BlockKind.Paragraph);
        return assembler.ToDocument();
    }

    private static MarkdownDocument Parse(string markdown)
    {
        try
        {
            return Markdown.Parse(markdown, _pipeline);
        }
        catch (ArgumentException)
        {
            // The parser has a limit of its own.
            throw ExtractionLimits.NestedTooDeeply();
        }
    }

    private static void AddBlocks(TextAssembler assembler, ContainerBlock container, BlockKind kind)
    {
        foreach (var block in container)
        {
            switch (block)
            {
                case HeadingBlock heading:
                    assembler.Add(BlockKind.Heading, Inlines(heading.Inline), heading.Level);
                    break;
                case ParagraphBlock paragraph:
                    assembler.Add(kind, Inlines(paragraph.Inline));
                    break;
                case Markdig.Extensions.Yaml.YamlFrontMatterBlock:
                    break;
                case CodeBlock code:
                    assembler.AddVerbatim(BlockKind.Code, code.Lines.ToString());
                    break;
                case Table table:
                    assembler.AddTable(table.OfType<TableRow>().Select(row => (IReadOnlyList<string>)row.OfType<TableCell>().Select(CellText).ToList()).ToList());
                    break;
                case HtmlBlock html:
                    assembler.Add(kind, HtmlExtractor.TextOf(html.Lines.ToString()));
                    break;
                case ListBlock list:
                    AddBlocks(assembler, list, BlockKind.ListItem);
                    break;
                case ContainerBlock nested:
                    AddBlocks(assembler, nested, kind);
                    break;
            }
        }
    }

    private static string CellText(TableCell cell) => string.Join(' ', cell.OfType<LeafBlock>().Select(leaf => Inlines(leaf.Inline)));

    private static string Inlines(ContainerInline? container)
    {
        var text = new StringBuilder();
        foreach (var inline in container?.Descendants() ?? [])
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case AutolinkInline link:
                    text.Append(link.Url);
                    break;
            }
        }
        return text.ToString();
    }
}
