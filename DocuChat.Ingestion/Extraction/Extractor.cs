using DocuChat.Core.Documents;

namespace DocuChat.Ingestion.Extraction;

/// <summary>Reads a file of any accepted type. A pure function of the bytes: it opens nothing else, whatever the file refers to.</summary>
internal static class Extractor
{
    /// <summary>Extracts the text and structure of a file.</summary>
    /// <param name="contentType">Its type, one of <see cref="FileTypes"/>.</param>
    /// <param name="content">The file, which can seek.</param>
    /// <exception cref="ExtractionException">It cannot be read, or has no text; the message says why.</exception>
    public static ExtractedDocument Extract(string contentType, Stream content)
    {
        var document = contentType switch
        {
            FileTypes.Pdf => PdfExtractor.Extract(content),
            FileTypes.Docx => DocxExtractor.Extract(content),
            FileTypes.Html => HtmlExtractor.Extract(content),
            FileTypes.Markdown => MarkdownExtractor.Extract(TextDecoder.Decode(content)),
            FileTypes.Csv => CsvExtractor.Extract(TextDecoder.Decode(content)),
            FileTypes.PlainText => PlainTextExtractor.Extract(TextDecoder.Decode(content)),
            _ => throw new ExtractionException($"Files of the type {contentType} are not read."),
        };
        if (!document.Text.Any(char.IsLetterOrDigit))
            throw new ExtractionException(
                contentType == FileTypes.Pdf
                    ? "The document has no text. If its pages are scanned images, run text recognition (OCR) over it and upload the result."
                    : "The document has no text."
            );
        return document;
    }
}
