using DocuChat.Core.Text;
using DocuChat.Ingestion.Extraction;

namespace DocuChat.Ingestion.Chunking;

/// <summary>A chunk before it is embedded: an exact range of the extracted text, and about how many tokens it has with its headings.</summary>
internal sealed record ChunkDraft(int Ordinal, int? Page, string? HeadingPath, int CharStart, int CharEnd, int Tokens);

/// <summary>
/// Cuts a text into chunks of at most <see cref="MaximumTokens"/> (o200k). It cuts between blocks where it can, else between sentences or rows, and
/// inside a sentence only when one alone is too long. A new section begins a new chunk unless what came before is too little to stand alone.
/// Chunks are ranges: they are in order, do not overlap, and leave out nothing but white space.
/// </summary>
internal static class Chunker
{
    /// <summary>Most tokens of a chunk: a passage of about 200 English or 150 Persian words, small enough to be cited.</summary>
    public const int MaximumTokens = 320;

    /// <summary>A section with fewer tokens than this shares its chunk with the next.</summary>
    public const int MinimumTokens = 40;

    private const string PathSeparator = " › ";

    public static IReadOnlyList<ChunkDraft> Chunk(ExtractedDocument document)
    {
        var packer = new Packer(document);
        var path = new List<(int Level, string Title)>();
        foreach (var block in document.Blocks)
        {
            if (block.Kind == BlockKind.Heading)
            {
                packer.BeginSection();
                path.RemoveAll(heading => heading.Level >= block.Level);
                path.Add((block.Level, Title(document.Text, block)));
            }
            var headings = path.ConvertAll(heading => heading.Title);
            foreach (var (start, end) in Units(document.Text, block))
                packer.Add(start, end, headings);
        }
        return packer.Finish();
    }

    private static string Title(string text, Block heading)
    {
        var title = TextAssembler.Even(text[heading.Start..heading.End]);
        return title.Length <= 120 ? title : title[..120];
    }

    /// <summary>The pieces of a block that stay whole: sentences, rows, lines of code; cut further only where one is too long.</summary>
    private static IEnumerable<TextRange> Units(string text, Block block)
    {
        var content = text[block.Start..block.End];
        IEnumerable<TextRange> units = block.Kind switch
        {
            BlockKind.Heading or BlockKind.TableRow => [new(0, content.Length)],
            BlockKind.Code => Lines(content),
            _ => SentenceSplitter.Split(content),
        };
        foreach (var unit in units)
        {
            foreach (var (start, end) in Fit(content, unit))
                yield return new(block.Start + start, block.Start + end);
        }
    }

    private static IEnumerable<TextRange> Lines(string content)
    {
        var start = 0;
        while (start < content.Length)
        {
            var end = content.IndexOf('\n', start) is var found and >= 0 ? found : content.Length;
            if (!content.AsSpan(start, end - start).IsWhiteSpace())
                yield return new(start, end);
            start = end + 1;
        }
    }

    private static IEnumerable<TextRange> Fit(string text, TextRange unit)
    {
        var (start, end) = unit;
        // A token has at least one character, so most units need no counting here.
        while (end - start > MaximumTokens)
        {
            var length = TokenCounter.LengthOf(text[start..end], MaximumTokens);
            if (length >= end - start)
                break;
            var cut = Math.Max(start + 1, start + length);
            if (text.LastIndexOf(' ', cut - 1, cut - start) is var space && space > start)
                cut = space;
            else if (char.IsLowSurrogate(text[cut]))
                cut--;
            yield return new(start, Math.Max(cut, start + 1));
            start = Math.Max(cut, start + 1);
            while (start < end && char.IsWhiteSpace(text[start]))
                start++;
        }
        if (start < end)
            yield return new(start, end);
    }

    private sealed class Packer(ExtractedDocument document)
    {
        private readonly List<ChunkDraft> _chunks = [];
        private List<string>? _path;
        private int _start;
        private int _end;
        private int _tokens;
        private int _page;

        public void BeginSection()
        {
            if (_tokens >= MinimumTokens)
                Close();
        }

        public void Add(int start, int end, List<string> path)
        {
            var tokens = TokenCounter.Count(document.Text.AsSpan(start, end - start));
            if (_tokens > 0 && _tokens + tokens > MaximumTokens)
                Close();
            if (_tokens == 0)
            {
                _start = start;
                _path = path;
            }
            else
                _path = Common(_path!, path);
            _end = end;
            // The white space that joins it counts too.
            _tokens += tokens + 1;
        }

        public List<ChunkDraft> Finish()
        {
            Close();
            return _chunks;
        }

        private void Close()
        {
            if (_tokens == 0)
                return;
            var path = _path is { Count: > 0 } ? string.Join(PathSeparator, _path) : null;
            _chunks.Add(new ChunkDraft(_chunks.Count, PageAt(_start), path, _start, _end, _tokens + (path is null ? 0 : TokenCounter.Count(path))));
            _tokens = 0;
        }

        private int? PageAt(int position)
        {
            if (document.Pages.Count == 0)
                return null;
            while (_page + 1 < document.Pages.Count && document.Pages[_page].End <= position)
                _page++;
            return document.Pages[_page].Number;
        }

        private static List<string> Common(List<string> left, List<string> right)
        {
            var length = 0;
            while (length < left.Count && length < right.Count && left[length] == right[length])
                length++;
            return left[..length];
        }
    }
}
