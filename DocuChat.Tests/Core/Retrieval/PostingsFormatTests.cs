using CsCheck;
using DocuChat.Core.Retrieval.Lexical;
using Xunit;

namespace DocuChat.Tests.Core.Retrieval;

public sealed class PostingsFormatTests
{
    [Fact]
    public void Blocks_AnyTermsAndPostings_ReadBackAsWritten() =>
        Gen.Select(Gen.UInt.HashSet[1, 60], Gen.Int[0, 12], Gen.Long[1, 1L << 40]).Sample((terms, bits, firstChunk) =>
        {
            var random = new Random(terms.Count + bits);
            var written = terms.Order().ToDictionary(term => term, _ => PostingsFrom(firstChunk, random));
            var writer = new BlockWriter(bits, firstChunk);
            foreach (var (term, postings) in written)
                writer.Add(term, postings);

            var read = new Dictionary<uint, Posting[]>();
            foreach (var block in writer.Take(isLast: true))
            {
                if (block.Term != LexicalBlock.Mixed)
                    read.Add((uint)block.Term, Read(block.Data, firstChunk));
                else
                {
                    foreach (var entry in PostingsFormat.ReadTerms(block.Data, block.Bucket, bits))
                    {
                        Assert.Equal(block.Bucket, PostingsFormat.BucketOf(entry.Term, bits));
                        var postings = Read(entry.Data.ToArray(), firstChunk);
                        Assert.Equal(entry.Postings, postings.Length);
                        read.Add(entry.Term, postings);
                    }
                }
            }

            Assert.Equal(written.Keys, read.Keys.Order());
            foreach (var (term, postings) in written)
                Assert.Equal(postings, read[term]);
        });

    [Fact]
    public void LengthCode_AnyLength_IsKeptWithinATenth()
    {
        for (var words = 4; words <= 800; words++)
            Assert.InRange(LengthCode.Words(LengthCode.Of(words)) / words, 0.91, 1.1);
        Assert.Equal(0, LengthCode.Of(0));
        Assert.Equal(LengthCode.Maximum, LengthCode.Of(1_000_000));
    }

    [Fact]
    public void ReadTerms_DamagedBlock_IsNoticed() =>
        Assert.Throws<InvalidDataException>(() => PostingsFormat.ReadTerms(new byte[] { 1, 2, 50, 0, 0 }, 0, 0).ToList());

    private static Posting[] PostingsFrom(long firstChunk, Random random)
    {
        var chunk = firstChunk;
        var postings = new Posting[random.Next(1, random.Next(2) == 0 ? 4 : 3000)];
        for (var i = 0; i < postings.Length; i++)
            postings[i] = new Posting(chunk += random.Next(1, 100_000), random.Next(1, 20), random.Next(LengthCode.Maximum + 1));
        return postings;
    }

    private static Posting[] Read(byte[] data, long firstChunk)
    {
        var (postings, position, chunk) = (new List<Posting>(), 0, firstChunk);
        while (position < data.Length)
        {
            postings.Add(PostingsFormat.ReadPosting(data, ref position, chunk));
            chunk = postings[^1].ChunkId;
        }
        return [.. postings];
    }
}
