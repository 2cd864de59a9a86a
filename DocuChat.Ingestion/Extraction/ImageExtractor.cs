namespace DocuChat.Ingestion.Extraction;

/// <summary>Images of pages: one page, whose text is recognised.</summary>
internal static class ImageExtractor
{
    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits, Tesseract? recognition)
    {
        if (recognition is null)
            throw new ExtractionException("This is an image, and text recognition (Tesseract) is not installed here. Upload a document that has text.");
        using var image = new MemoryStream();
        content.CopyTo(image);
        var text = recognition.Read(image.GetBuffer().AsSpan(0, (int)image.Length)) ?? throw new ExtractionException("The image is damaged, or of a kind that text recognition cannot read.");
        var assembler = new TextAssembler(limits);
        assembler.BeginPage(1, 0, 0);
        PlainTextExtractor.AddTo(assembler, text);
        return assembler.ToDocument();
    }
}
