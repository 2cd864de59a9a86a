namespace DocuChat.Ingestion.Extraction;

/// <summary>Images of pages, whose text is recognised. A TIFF can have several.</summary>
internal static class ImageExtractor
{
    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits, Tesseract? recognition)
    {
        if (recognition is null)
            throw new ExtractionException("This is an image, and text recognition (Tesseract) is not installed here. Upload a document that has text.");
        using var image = new MemoryStream();
        content.CopyTo(image);
        var pages =
            recognition.Read(image.GetBuffer().AsSpan(0, (int)image.Length))
            ?? throw new ExtractionException("The image is damaged, too large when unpacked, or of a kind that text recognition cannot read. Save it as PNG or JPEG with at most 300 dots an inch.");
        limits.CheckPages(pages.Count);
        var assembler = new TextAssembler(limits);
        for (var i = 0; i < pages.Count; i++)
        {
            assembler.BeginPage(i + 1, 0, 0);
            foreach (var paragraph in pages[i].Paragraphs)
                assembler.AddVerbatim(BlockKind.Paragraph, paragraph.Text);
        }
        return assembler.ToDocument();
    }
}
