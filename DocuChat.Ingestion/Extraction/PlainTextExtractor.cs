namespace DocuChat.Ingestion.Extraction;

/// <summary>Plain text: paragraphs are apart by blank lines. Its own line breaks stay, because they may mean something (verse, addresses, logs).</summary>
internal static class PlainTextExtractor
{
    public static ExtractedDocument Extract(string text, ExtractionLimits limits)
    {
        var assembler = new TextAssembler(limits);
        AddTo(assembler, text);
        return assembler.ToDocument();
    }

    public static void AddTo(TextAssembler assembler, string text)
    {
        var paragraph = new List<string>();
        foreach (var line in text.EnumerateLines())
        {
            if (!line.IsWhiteSpace())
            {
                paragraph.Add(line.TrimEnd().ToString());
                continue;
            }
            Flush();
        }
        Flush();

        void Flush()
        {
            assembler.AddVerbatim(BlockKind.Paragraph, string.Join('\n', paragraph));
            paragraph.Clear();
        }
    }
}
