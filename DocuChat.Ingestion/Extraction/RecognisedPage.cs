namespace DocuChat.Ingestion.Extraction;

/// <summary>What was recognised on the image of a page, in reading order.</summary>
internal sealed record RecognisedPage(IReadOnlyList<RecognisedParagraph> Paragraphs);

/// <summary>A paragraph with the image's line breaks, and where its words stand.</summary>
internal sealed record RecognisedParagraph(string Text, IReadOnlyList<RecognisedWord> Words);

/// <summary>A word: its half-open range of the paragraph in UTF-16 code units, and its box in parts of the image's width and height, from the top left.</summary>
internal readonly record struct RecognisedWord(int Start, int End, double Left, double Top, double Width, double Height);
