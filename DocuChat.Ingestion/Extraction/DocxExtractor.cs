namespace DocuChat.Ingestion.Extraction;
internal static class DocxExtractor { public static ExtractedDocument Extract(Stream content) => throw new ExtractionException("x"); }
