namespace DocuChat.Ingestion.Extraction;
internal static class PdfExtractor { public static ExtractedDocument Extract(Stream content) => throw new ExtractionException("x"); }
