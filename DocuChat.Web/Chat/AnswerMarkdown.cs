using Ganss.Xss;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Parsers.Inlines;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace DocuChat.Web.Chat;

/// <summary>
/// An answer's Markdown as HTML that can do nothing: no HTML of its own, no picture, no link (its address is shown as text), nothing that
/// loads. The direction is told block by block, and code is always left to right.
/// </summary>
internal static class AnswerMarkdown
{
    private static readonly MarkdownPipeline Pipeline = BuildPipeline();
    private static readonly HtmlSanitizer Sanitizer = BuildSanitizer();

    /// <summary>Renders an answer.</summary>
    /// <param name="markdown">What the model wrote: not to be trusted.</param>
    /// <param name="labels">The number of each source, and what to say when one points at it.</param>
    /// <param name="digits">Writes a number as the reader's language does.</param>
    public static string ToHtml(string markdown, IReadOnlyDictionary<int, string> labels, Func<int, string> digits)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        SetDirections(document);

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Insert(0, new CitationMarkerRenderer(labels, digits));
        renderer.ObjectRenderers.ReplaceOrAdd<Markdig.Renderers.Html.Inlines.LinkInlineRenderer>(new LinkAsText());
        renderer.ObjectRenderers.ReplaceOrAdd<Markdig.Renderers.Html.Inlines.AutolinkInlineRenderer>(new AutolinkAsText());
        renderer.Render(document);
        // A second lock on the same door: whatever the renderer should let through one day, no tag but these gets to the page.
        return Sanitizer.Sanitize(writer.ToString());
    }

    private static MarkdownPipeline BuildPipeline()
    {
        var builder = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseSoftlineBreakAsHardlineBreak();
        builder.InlineParsers.InsertBefore<LinkInlineParser>(new CitationMarkerParser());
        return builder.Build();
    }

    private static HtmlSanitizer BuildSanitizer() =>
        new(
            new HtmlSanitizerOptions
            {
                AllowedTags = new HashSet<string>
                {
                    "p", "br", "strong", "em", "ul", "ol", "li", "code", "pre", "blockquote", "h3", "h4", "h5", "h6", "hr", "table", "thead", "tbody", "tr", "th", "td", "button", "span",
                },
                AllowedAttributes = new HashSet<string> { "dir", "class", "type", "title", "start", "data-cite" },
                AllowedClasses = new HashSet<string> { "cite", "address" },
            }
        );

    // Only the outer blocks say dir="auto": a browser that looks for a block's direction passes over children that have a dir of their own, so
    // a list of such items would have none. The style sheet lets each inner paragraph find its own.
    private static void SetDirections(MarkdownDocument document)
    {
        foreach (var block in document.Descendants<Block>())
        {
            // The page has its own first headings.
            if (block is HeadingBlock heading)
                heading.Level = Math.Min(6, heading.Level + 2);
            if (block is CodeBlock)
                block.GetAttributes().AddProperty("dir", "ltr");
            else if (block.Parent == document)
                block.GetAttributes().AddProperty("dir", "auto");
        }
    }

    /// <summary>A link's words, and its address when that says something else; a picture's words only.</summary>
    private sealed class LinkAsText : HtmlObjectRenderer<LinkInline>
    {
        protected override void Write(HtmlRenderer renderer, LinkInline obj)
        {
            renderer.WriteChildren(obj);
            var words = obj.FirstChild is LiteralInline literal && obj.FirstChild == obj.LastChild ? literal.Content.ToString() : null;
            if (!obj.IsImage && !string.IsNullOrWhiteSpace(obj.Url) && words != obj.Url)
                renderer.Write(" <span class=\"address\" dir=\"ltr\">(").WriteEscape(obj.Url).Write(")</span>");
        }
    }

    private sealed class AutolinkAsText : HtmlObjectRenderer<AutolinkInline>
    {
        protected override void Write(HtmlRenderer renderer, AutolinkInline obj) => renderer.Write("<span class=\"address\" dir=\"ltr\">").WriteEscape(obj.Url).Write("</span>");
    }
}
