using System.Numerics;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>What merging needs to know of a segment.</summary>
internal readonly record struct SegmentSize(long Id, int Chunks, long Bytes);

/// <summary>
/// Which segments to merge next. Segments of like size are merged when there are several, so that a chunk is rewritten once for each time that the index grows
/// fourfold, and a question meets few segments.
/// </summary>
internal static class MergePolicy
{
    /// <summary>Segments of one size that are merged.</summary>
    private const int FanIn = 4;

    /// <summary>Segments up to this many chunks are one size: they are the ones that single documents make.</summary>
    private const int SmallestSize = 64;

    /// <summary>Segments beyond it are merged only to get rid of their dead chunks: a merge stays a matter of a minute.</summary>
    private const int LargestMerged = 250_000;

    /// <summary>Share of an index's chunks that may be dead.</summary>
    private const double MostDead = 0.25;

    /// <summary>Dead chunks that are never worth a merge of their own.</summary>
    private const int FewDead = 500;

    /// <summary>The segments to merge next; none when all is well.</summary>
    /// <param name="segments">The tenant's segments.</param>
    /// <param name="liveChunks">Chunks that the tenant has.</param>
    public static IReadOnlyList<SegmentSize> Next(IReadOnlyList<SegmentSize> segments, long liveChunks)
    {
        var ofOneSize = segments
            .Where(segment => segment.Chunks <= LargestMerged)
            .GroupBy(segment => Level(segment.Chunks))
            .Where(level => level.Count() >= FanIn)
            .MinBy(level => level.Key);
        if (ofOneSize is not null)
            return [.. ofOneSize];
        var indexed = segments.Sum(segment => (long)segment.Chunks);
        return indexed - liveChunks > Math.Max(FewDead, MostDead * indexed) ? segments : [];
    }

    private static int Level(int chunks) => BitOperations.Log2((uint)Math.Max(1, chunks / SmallestSize)) / 2;
}
