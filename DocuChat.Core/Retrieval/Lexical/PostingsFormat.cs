using System.Numerics;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>That a chunk holds a term.</summary>
/// <param name="ChunkId">The chunk.</param>
/// <param name="Count">How often.</param>
/// <param name="LengthCode">The chunk's length as <see cref="Lexical.LengthCode"/> has it.</param>
internal readonly record struct Posting(long ChunkId, int Count, int LengthCode);

/// <summary>A term of a block and where its postings lie in it.</summary>
internal readonly record struct TermEntry(uint Term, int Postings, ReadOnlyMemory<byte> Data);

/// <summary>
/// How postings are packed. A block is its terms in rising order: distance from the term before, number of postings, and, when there are several, their size;
/// then the postings by rising chunk id: distance from the one before, and one byte with the count (1 to 7, 0 when it follows by itself) and the length's code. Numbers
/// are in base 128, lowest digits first.
/// </summary>
internal static class PostingsFormat
{
    private const int CountShift = 5;
    private const int LargestInlineCount = 7;

    /// <summary>Packs one term's postings.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="postings">By rising chunk id.</param>
    /// <param name="firstChunkId">The segment's lowest chunk id.</param>
    public static void WritePostings(List<byte> output, ReadOnlySpan<Posting> postings, long firstChunkId)
    {
        var previous = firstChunkId;
        foreach (var posting in postings)
        {
            WriteNumber(output, (ulong)(posting.ChunkId - previous));
            previous = posting.ChunkId;
            var isInline = posting.Count <= LargestInlineCount;
            output.Add((byte)(((isInline ? posting.Count : 0) << CountShift) | posting.LengthCode));
            if (!isInline)
                WriteNumber(output, (ulong)posting.Count);
        }
    }

    /// <summary>Reads one posting and moves on.</summary>
    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public static Posting ReadPosting(ReadOnlySpan<byte> data, ref int position, long previousChunkId)
    {
        var chunk = previousChunkId + (long)ReadNumber(data, ref position);
        var packed = ReadByte(data, ref position);
        var count = packed >> CountShift;
        if (count == 0)
            count = (int)ReadNumber(data, ref position);
        return new Posting(chunk, count, packed & LengthCode.Maximum);
    }

    /// <summary>Puts a term before its packed postings.</summary>
    public static void WriteTerm(List<byte> output, uint distance, int postings, List<byte> packed)
    {
        WriteNumber(output, distance);
        WriteNumber(output, (ulong)postings);
        if (postings > 1)
            WriteNumber(output, (ulong)packed.Count);
        output.AddRange(packed);
    }

    /// <summary>The terms of a mixed block.</summary>
    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public static IEnumerable<TermEntry> ReadTerms(ReadOnlyMemory<byte> block, int bucket, int bits)
    {
        var position = 0;
        var term = FirstTerm(bucket, bits);
        while (position < block.Length)
        {
            var span = block.Span;
            term += (uint)ReadNumber(span, ref position);
            var postings = (int)ReadNumber(span, ref position);
            int size;
            if (postings > 1)
                size = (int)ReadNumber(span, ref position);
            else
            {
                var end = position;
                ReadPosting(span, ref end, 0);
                size = end - position;
            }
            if (size < 0 || position + size > block.Length)
                throw new InvalidDataException($"A block of the lexical index is damaged at byte {position}.");
            yield return new TermEntry(term, postings, block.Slice(position, size));
            position += size;
        }
    }

    /// <summary>The bucket of a term where the highest <paramref name="bits"/> bits name it.</summary>
    public static int BucketOf(uint term, int bits) => bits == 0 ? 0 : (int)(term >> (32 - bits));

    /// <summary>The lowest term of a bucket.</summary>
    public static uint FirstTerm(int bucket, int bits) => bits == 0 ? 0 : (uint)bucket << (32 - bits);

    /// <summary>Bits for which a bucket of a segment of that size stays near 1.5 KB: a row that needs no second fetch, and little that a query reads in vain.</summary>
    public static int BitsFor(long bytes) => Math.Clamp(BitOperations.Log2((ulong)Math.Max(1, bytes / 1024)), 0, 20);

    private static void WriteNumber(List<byte> output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            output.Add((byte)(value | 0x80));
        output.Add((byte)value);
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> data, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var digit = ReadByte(data, ref position);
            value |= (ulong)(digit & 0x7F) << shift;
            if (digit < 0x80)
                return value;
        }
    }

    private static byte ReadByte(ReadOnlySpan<byte> data, ref int position) =>
        (uint)position < (uint)data.Length ? data[position++] : throw new InvalidDataException("A block of the lexical index is damaged: it ends within a number.");
}
