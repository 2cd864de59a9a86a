using System.Buffers;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>
/// Scores by chunk id. Ids of a tenant are dense in places and far apart in others, so they lie in pages that are made when first met; a list of postings, which
/// rises, looks a page up once and then walks in it.
/// </summary>
internal sealed class Accumulators : IDisposable
{
    private const int PageBits = 8;
    private const int PageSize = 1 << PageBits;
    private const int PageMask = PageSize - 1;

    private readonly Dictionary<long, int> _pages = [];
    private float[] _scores = ArrayPool<float>.Shared.Rent(PageSize * 64);
    private long _page = -1;
    private int _offset;

    public void Add(long chunkId, float score)
    {
        if (chunkId >> PageBits is var page && page != _page)
            Turn(page);
        _scores[_offset + (int)(chunkId & PageMask)] += score;
    }

    /// <summary>The score of a chunk; 0 when nothing was added.</summary>
    public float this[long chunkId] => _pages.TryGetValue(chunkId >> PageBits, out var page) ? _scores[(page * PageSize) + (int)(chunkId & PageMask)] : 0;

    /// <summary>The <paramref name="count"/> best chunks that <paramref name="isWanted"/> lets pass, by falling score; equal ones by id.</summary>
    public List<ScoredChunk> Best(int count, Func<long, bool>? isWanted = null)
    {
        var best = new PriorityQueue<ScoredChunk, ScoredChunk>(count + 1, WorstFirst.Instance);
        foreach (var (page, index) in _pages)
        {
            var scores = _scores.AsSpan(index * PageSize, PageSize);
            for (var i = 0; i < PageSize; i++)
            {
                if (scores[i] <= 0 || (best.Count == count && scores[i] < best.Peek().Score))
                    continue;
                var chunk = new ScoredChunk((page << PageBits) | (uint)i, scores[i]);
                if (isWanted is not null && !isWanted(chunk.ChunkId))
                    continue;
                best.Enqueue(chunk, chunk);
                if (best.Count > count)
                    best.Dequeue();
            }
        }

        var ranked = new List<ScoredChunk>(best.Count);
        while (best.TryDequeue(out var chunk, out _))
            ranked.Add(chunk);
        ranked.Reverse();
        return ranked;
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(_scores);

    private void Turn(long page)
    {
        if (!_pages.TryGetValue(page, out var index))
        {
            index = _pages.Count;
            _pages.Add(page, index);
            if ((index + 1) * PageSize > _scores.Length)
            {
                var larger = ArrayPool<float>.Shared.Rent(_scores.Length * 2);
                _scores.AsSpan(0, index * PageSize).CopyTo(larger);
                ArrayPool<float>.Shared.Return(_scores);
                _scores = larger;
            }
            Array.Clear(_scores, index * PageSize, PageSize);
        }
        (_page, _offset) = (page, index * PageSize);
    }

    private sealed class WorstFirst : IComparer<ScoredChunk>
    {
        public static WorstFirst Instance { get; } = new();

        public int Compare(ScoredChunk x, ScoredChunk y) => x.Score.CompareTo(y.Score) is var byScore and not 0 ? byScore : y.ChunkId.CompareTo(x.ChunkId);
    }
}
