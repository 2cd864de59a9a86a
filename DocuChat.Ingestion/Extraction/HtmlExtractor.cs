using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace DocuChat.Ingestion.Extraction;

/// <summary>HTML. Nothing that the page refers to is loaded and no script runs; navigation and what is hidden is left out.</summary>
internal static class HtmlExtractor
{
    private static readonly HashSet<string> _skipped = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "template", "noscript", "nav", "head", "svg", "iframe", "object", "button", "select", "form",
    };

    private static readonly HashSet<string> _blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4",
        "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    };

    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits)
    {
        // The parser knows the standard's rules for a page's encoding, but takes bytes that state none for Windows-1252.
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        var statesCharset = Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)Math.Min(bytes.Length, 1024)).Contains("charset", StringComparison.OrdinalIgnoreCase);
        bytes.Position = 0;
        var parser = new HtmlParser(default, BrowsingContext.New(Configuration.Default));
        using var page = statesCharset ? parser.ParseDocument(bytes) : parser.ParseDocument(TextDecoder.Decode(bytes));
        var assembler = new TextAssembler(limits);
        AddTo(assembler, page, limits);
        return assembler.ToDocument();
    }

    /// <summary>Adds a page whose encoding is known.</summary>
    public static void AddTo(TextAssembler assembler, string html, ExtractionLimits limits)
    {
        using var page = new HtmlParser(default, BrowsingContext.New(Configuration.Default)).ParseDocument(html);
        AddTo(assembler, page, limits);
    }

    private static void AddTo(TextAssembler assembler, AngleSharp.Html.Dom.IHtmlDocument page, ExtractionLimits limits)
    {
        if (page.Body is { } body)
            new Walk(assembler, limits).Visit(body);
    }

    /// <summary>The text of a fragment.</summary>
    public static string TextOf(string html) => new HtmlParser().ParseDocument(html).Body?.TextContent ?? "";

    /// <summary>One pass over the tree that gathers running text until a block ends it.</summary>
    private sealed class Walk(TextAssembler assembler, ExtractionLimits limits)
    {
        private readonly StringBuilder _running = new();
        private BlockKind _kind = BlockKind.Paragraph;
        private int _level;
        private int _depth;

        public void Visit(IElement element)
        {
            limits.CheckNesting(++_depth);
            foreach (var node in element.ChildNodes)
            {
                if (node is IText text)
                    _running.Append(text.Data);
                else if (node is IElement child && !IsHidden(child))
                    Enter(child);
            }
            if (_blocks.Contains(element.LocalName))
                Flush();
            _depth--;
        }

        private void Enter(IElement element)
        {
            if (!_blocks.Contains(element.LocalName))
            {
                if (element.LocalName == "br")
                    _running.Append(' ');
                Visit(element);
                return;
            }
            Flush();
            if (element.LocalName == "pre")
            {
                assembler.AddVerbatim(BlockKind.Code, element.TextContent);
                return;
            }
            if (element is AngleSharp.Html.Dom.IHtmlTableElement table && table.QuerySelector("table") is null)
            {
                AddTable(table);
                return;
            }
            var before = (_kind, _level);
            (_kind, _level) = element.LocalName switch
            {
                ['h', >= '1' and <= '6'] => (BlockKind.Heading, element.LocalName[1] - '0'),
                "li" or "dd" => (BlockKind.ListItem, 0),
                _ => before,
            };
            Visit(element);
            Flush();
            (_kind, _level) = before;
        }

        private void AddTable(AngleSharp.Html.Dom.IHtmlTableElement table)
        {
            if (table.Caption is { } caption)
                assembler.Add(BlockKind.Paragraph, caption.TextContent);
            assembler.AddTable(table.Rows.Select(row => (IReadOnlyList<string>)row.Cells.Select(cell => cell.TextContent).ToList()).ToList());
        }

        private void Flush()
        {
            assembler.Add(_kind, _running.ToString(), _level);
            _running.Clear();
        }

        private static bool IsHidden(IElement element) =>
            _skipped.Contains(element.LocalName)
            || element.HasAttribute("hidden")
            || element.GetAttribute("aria-hidden") == "true"
            || element.GetAttribute("style")?.Replace(" ", "", StringComparison.Ordinal).Contains("display:none", StringComparison.OrdinalIgnoreCase) == true;
    }
}
