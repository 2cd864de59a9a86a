using DocuChat.Core.Text.Analysis;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>A segment that is ready to be stored.</summary>
internal sealed record BuiltSegment(int Bits, long FirstChunkId, long LastChunkId, int Chunks, long Words, long Bytes, IReadOnlyList<Block> Blocks);

/// <summary>Indexes the chunks of one document's version.</summary>
internal sealed class SegmentBuilder
{
    /// <summary>Measured: a posting of a small segment takes about this many bytes, its share of the term included.</summary>
    private const int BytesPerPosting = 5;

    // A term and the chunk's ordinal in one number: sorting these is all the work there is.
    private readonly List<ulong> _occurrences = [];
    private readonly List<(long Id, int Words)> _chunks = [];
    private readonly List<uint> _terms = [];

    /// <summary>Number of chunks added.</summary>
    public int Count => _chunks.Count;

    /// <summary>Adds a chunk; ids rise.</summary>
    public void Add(long chunkId, string text)
    {
        _terms.Clear();
        var words = TextAnalyzer.Analyze(text, _terms);
        foreach (var term in _terms)
            _occurrences.Add(((ulong)term << 32) | (uint)_chunks.Count);
        _chunks.Add((chunkId, words));
    }

    /// <summary>The segment of what was added; the builder is empty after it.</summary>
    public BuiltSegment Build()
    {
        _occurrences.Sort();
        var bits = PostingsFormat.BitsFor((long)_occurrences.Count * BytesPerPosting);
        var firstChunk = _chunks[0].Id;
        var blocks = new BlockWriter(bits, firstChunk);
        var postings = new List<Posting>();
        for (var i = 0; i < _occurrences.Count;)
        {
            var term = (uint)(_occurrences[i] >> 32);
            postings.Clear();
            while (i < _occurrences.Count && (uint)(_occurrences[i] >> 32) == term)
            {
                var occurrence = _occurrences[i];
                var end = i;
                while (end < _occurrences.Count && _occurrences[end] == occurrence)
                    end++;
                var (id, words) = _chunks[(int)(uint)occurrence];
                postings.Add(new Posting(id, end - i, LengthCode.Of(words)));
                i = end;
            }
            blocks.Add(term, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(postings));
        }

        var done = blocks.Take(isLast: true);
        var segment = new BuiltSegment(bits, firstChunk, _chunks[^1].Id, _chunks.Count, _chunks.Sum(chunk => (long)chunk.Words), done.Sum(block => (long)block.Data.Length), done);
        _occurrences.Clear();
        _chunks.Clear();
        return segment;
    }
}
