using System.Runtime.InteropServices;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>One row of <c>lexical_blocks</c>.</summary>
internal readonly record struct Block(int Bucket, long Term, int Postings, byte[] Data);

/// <summary>Makes a segment's blocks of its terms, which come in rising order.</summary>
internal sealed class BlockWriter(int bits, long firstChunkId)
{
    /// <summary>A term with more bytes of postings has a block of its own, so that its bucket's other terms are not read with it, nor it with them.</summary>
    private const int LongestInBucket = 4096;

    private readonly List<Block> _done = [];
    private readonly List<byte> _bucketData = [];
    private readonly List<byte> _packed = [];
    private int _bucket;
    private int _bucketPostings;
    private uint _previousTerm;

    /// <summary>Adds a term with its postings by rising chunk id.</summary>
    public void Add(uint term, ReadOnlySpan<Posting> postings)
    {
        if (PostingsFormat.BucketOf(term, bits) is var bucket && bucket != _bucket)
        {
            EndBucket();
            _bucket = bucket;
            _previousTerm = PostingsFormat.FirstTerm(bucket, bits);
        }

        _packed.Clear();
        PostingsFormat.WritePostings(_packed, postings, firstChunkId);
        if (_packed.Count > LongestInBucket)
        {
            _done.Add(new Block(bucket, term, postings.Length, [.. _packed]));
            return;
        }
        PostingsFormat.WriteTerm(_bucketData, term - _previousTerm, postings.Length, _packed);
        _previousTerm = term;
        _bucketPostings += postings.Length;
    }

    /// <summary>The blocks that are finished since it was last asked; with <paramref name="isLast"/>, the open one too.</summary>
    public IReadOnlyList<Block> Take(bool isLast)
    {
        if (isLast)
            EndBucket();
        var blocks = CollectionsMarshal.AsSpan(_done).ToArray();
        _done.Clear();
        return blocks;
    }

    private void EndBucket()
    {
        if (_bucketData.Count == 0)
            return;
        _done.Add(new Block(_bucket, LexicalBlock.Mixed, _bucketPostings, [.. _bucketData]));
        _bucketData.Clear();
        _bucketPostings = 0;
    }
}
