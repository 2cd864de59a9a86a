using CsCheck;
using DocuChat.Core.Documents;
using DocuChat.Core.Text;
using DocuChat.Ingestion.Chunking;
using DocuChat.Ingestion.Extraction;
using DocuChat.Tests.Ingestion.Extraction;

namespace DocuChat.Tests.Ingestion.Chunking;

public sealed class ChunkerTests
{
    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static readonly Gen<string> _word = Any("leave", "مرخصی", "سالانه", "the", "۳۰", "3.14", "نمی‌شود", "😀", "supercalifragilistic", "آیین‌نامه");
    private static readonly Gen<string> _sentence = Gen.Select(_word.List[1, 40], Any(".", "؟", "!", "", "؛")).Select((words, end) => string.Join(' ', words) + end);
    private static readonly Gen<(BlockKind Kind, string Text, int Level)> _block = Gen.Select(
        Any(BlockKind.Paragraph, BlockKind.Paragraph, BlockKind.Heading, BlockKind.ListItem, BlockKind.TableRow, BlockKind.Code),
        _sentence.List[1, 12],
        Gen.Int[1, 3]
    ).Select((kind, sentences, level) => (kind, string.Join(' ', sentences), kind == BlockKind.Heading ? level : 0));

    private static readonly Gen<ExtractedDocument> _document = _block.List[1, 20].Select(blocks =>
    {
        var assembler = new TextAssembler(new ExtractionLimits());
        foreach (var (kind, text, level) in blocks)
            assembler.Add(kind, text, level);
        return assembler.ToDocument();
    });

    [Fact]
    public void Chunk_AnyDocument_LosesNothingButWhiteSpaceAndOverlapsNowhere() =>
        _document.Sample(
            document =>
            {
                var chunks = Chunker.Chunk(document);
                var at = 0;
                foreach (var chunk in chunks)
                {
                    Assert.True(chunk.CharStart >= at && chunk.CharStart < chunk.CharEnd && chunk.CharEnd <= document.Text.Length);
                    Assert.True(string.IsNullOrWhiteSpace(document.Text[at..chunk.CharStart]));
                    Assert.False(char.IsLowSurrogate(document.Text[chunk.CharStart]));
                    at = chunk.CharEnd;
                }
                Assert.True(string.IsNullOrWhiteSpace(document.Text[at..]));
                Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(chunk => chunk.Ordinal));
            },
            iter: 200
        );

    [Fact]
    public void Chunk_AnyDocument_StaysWithinTheLimit() =>
        _document.Sample(
            document => Assert.All(Chunker.Chunk(document), chunk => Assert.InRange(TokenCounter.Count(document.Text[chunk.CharStart..chunk.CharEnd]), 1, Chunker.MaximumTokens + 10)),
            iter: 100
        );

    [Fact]
    public void Chunk_OneWordWithoutEnd_IsCutWithoutLoss()
    {
        var text = string.Concat(Enumerable.Repeat("😀آب", 3000));
        var document = Extract.From(FileTypes.PlainText, text);
        var chunks = Chunker.Chunk(document);
        Assert.True(chunks.Count > 1);
        Assert.Equal(text, string.Concat(chunks.Select(chunk => document.Text[chunk.CharStart..chunk.CharEnd])));
    }

    [Fact]
    public void Chunk_Sections_CarryTheirHeadings()
    {
        var body = string.Join(' ', Enumerable.Repeat("Every employee has thirty days of leave.", 12));
        var document = Extract.From(FileTypes.Markdown, $"# Policy\n\n{body}\n\n## Leave\n\n{body}\n\n### Sick\n\n{body}\n\n## Pay\n\n{body}");
        Assert.Equal(["Policy", "Policy › Leave", "Policy › Leave › Sick", "Policy › Pay"], Chunker.Chunk(document).Select(chunk => chunk.HeadingPath));
    }

    [Fact]
    public void Chunk_SentencesOfALongParagraph_AreNeverCut()
    {
        var sentences = Enumerable.Range(0, 100).Select(i => $"This is sentence number {i} of a long paragraph.").ToList();
        var document = Extract.From(FileTypes.PlainText, string.Join(' ', sentences));
        Assert.All(Chunker.Chunk(document), chunk => Assert.EndsWith("paragraph.", document.Text[chunk.CharStart..chunk.CharEnd], StringComparison.Ordinal));
    }

    [Fact]
    public void Chunk_ALongTable_IsCutBetweenRowsThatEachNameTheirColumns()
    {
        var rows = Enumerable.Range(0, 200).Select(i => $"Employee {i},{i % 31}");
        var document = Extract.From(FileTypes.Csv, "Name,Days\n" + string.Join('\n', rows));
        var chunks = Chunker.Chunk(document);
        Assert.True(chunks.Count > 1);
        Assert.All(chunks.Skip(1), chunk => Assert.StartsWith("Name: Employee", document.Text[chunk.CharStart..chunk.CharEnd], StringComparison.Ordinal));
    }
}
