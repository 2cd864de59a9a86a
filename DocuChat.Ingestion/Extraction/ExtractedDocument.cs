using DocuChat.Core.Documents;

namespace DocuChat.Ingestion.Extraction;

/// <summary>What a block of text is in its document's structure.</summary>
internal enum BlockKind
{
    Paragraph,
    Heading,
    ListItem,
    TableRow,
    Code,
}

/// <summary>A block: a half-open range of the text in UTF-16 code units, without the line breaks around it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Level">Of a heading, 1 for the outermost; else 0.</param>
internal sealed record Block(BlockKind Kind, int Start, int End, int Level = 0);

/// <summary>A page: its range of the text, its size in points, and the boxes of its words in the order of the text.</summary>
internal sealed record Page(int Number, int Start, int End, double Width, double Height, IReadOnlyList<WordBox> Words);

/// <summary>
/// What extraction makes of a file: one text, the blocks that structure it and, where the format has a layout, its pages. Plain data, so that
/// it can cross a process border.
/// </summary>
internal sealed record ExtractedDocument(string Text, IReadOnlyList<Block> Blocks, IReadOnlyList<Page> Pages)
{
    /// <summary>What is in the file and not in the text, such as a scanned page; each for the person who uploaded it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>The file can never be read; trying again is no use. The message is for the person who uploaded it.</summary>
internal sealed class ExtractionException : Exception
{
    public ExtractionException(string message)
        : base(message) { }

    public ExtractionException(string message, Exception inner)
        : base(message, inner) { }
}
