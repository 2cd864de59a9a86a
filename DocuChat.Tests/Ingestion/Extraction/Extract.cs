using System.Text;
using DocuChat.Ingestion.Extraction;

namespace DocuChat.Tests.Ingestion.Extraction;

internal static class Extract
{
    public static ExtractedDocument From(string contentType, byte[] bytes) => Extractor.Extract(contentType, new MemoryStream(bytes), new ExtractionLimits());

    public static ExtractedDocument From(string contentType, string text) => From(contentType, Encoding.UTF8.GetBytes(text));

    /// <summary>The blocks as <c>Kind: text</c>, headings with their level.</summary>
    public static string[] Blocks(ExtractedDocument document) =>
        [.. document.Blocks.Select(block => $"{block.Kind}{(block.Level > 0 ? block.Level : "")}: {document.Text[block.Start..block.End]}")];
}
