using DocuChat.Core.Documents;

namespace DocuChat.Ingestion.Extraction;

/// <summary>Reads a file of any accepted type. A pure function of the bytes: it opens nothing else, whatever the file refers to.</summary>
internal static class Extractor
{
    /// <summary>Extracts the text and structure of a file.</summary>
    /// <param name="contentType">Its type, one of <see cref="FileTypes"/>.</param>
    /// <param name="content">The file, which can seek.</param>
    /// <param name="limits">How much it may ask.</param>
    /// <param name="recognition">Recognises images of text; without it they have none.</param>
    /// <exception cref="ExtractionException">It cannot be read, or has no text; the message says why.</exception>
    public static ExtractedDocument Extract(string contentType, Stream content, ExtractionLimits limits, Tesseract? recognition = null)
    {
        var document = contentType switch
        {
            FileTypes.Pdf => PdfExtractor.Extract(content, limits, recognition),
            FileTypes.Docx => DocxExtractor.Extract(content, limits),
            FileTypes.Xlsx => XlsxExtractor.Extract(content, limits),
            FileTypes.Pptx => PptxExtractor.Extract(content, limits),
            FileTypes.Epub => EpubExtractor.Extract(content, limits),
            FileTypes.Mail => MailExtractor.Extract(content, limits, recognition),
            FileTypes.Png or FileTypes.Jpeg or FileTypes.Tiff => ImageExtractor.Extract(content, limits, recognition),
            FileTypes.Html => HtmlExtractor.Extract(content, limits),
            FileTypes.Markdown => MarkdownExtractor.Extract(TextDecoder.Decode(content), limits),
            FileTypes.Csv => CsvExtractor.Extract(TextDecoder.Decode(content, limits), limits),
            FileTypes.PlainText => PlainTextExtractor.Extract(TextDecoder.Decode(content, limits), limits),
            _ => throw new ExtractionException($"Files of the type {contentType} are not read."),
        };
        if (!document.Text.Any(char.IsLetterOrDigit))
            throw new ExtractionException("The document has no text.");
        return document;
    }
}
