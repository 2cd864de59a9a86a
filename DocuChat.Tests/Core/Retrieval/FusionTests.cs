using DocuChat.Core.Retrieval;
using DocuChat.Core.Retrieval.Lexical;
using Xunit;

namespace DocuChat.Tests.Core.Retrieval;

public sealed class FusionTests
{
    private static readonly HashSet<long> _none = [];

    [Fact]
    public void Fuse_WithoutVectors_IsTheOrderOfTheWords()
    {
        using var words = Words((1, 3), (2, 9), (3, 5));
        Assert.Equal([2, 3, 1], Order(Fusion.Fuse(words, null, 10, _none)));
    }

    [Fact]
    public void Fuse_WithoutWords_IsTheOrderOfTheMeaning() =>
        Assert.Equal([7, 8], Order(Fusion.Fuse(null, Meaning([(7, 0.9f), (8, 0.2f)]), 10, _none)));

    [Fact]
    public void Fuse_AChunkThatBothLike_IsBeforeOnesThatOneLikesALittleMore()
    {
        using var words = Words((1, 10), (2, 8), (3, 0.1f));
        var fused = Fusion.Fuse(words, Meaning([(3, 0.9f), (2, 0.8f)], (1, 0.1f)), 10, _none);
        Assert.Equal(2, Order(fused)[0]);
    }

    [Fact]
    public void Fuse_ASideThatFindsAllAlike_ChangesNoOrder()
    {
        using var words = Words((1, 10), (2, 8), (3, 1));
        var fused = Fusion.Fuse(words, Meaning([(3, 0.5f), (2, 0.5f), (1, 0.5f)]), 10, _none);
        Assert.Equal([1, 2, 3], Order(fused));
    }

    [Fact]
    public void Fuse_AChunkWithoutAVector_IsJudgedByItsWordsAlone()
    {
        // Chunk 1 is in a language that the model does not know.
        using var words = Words((1, 10), (2, 9));
        var fused = Fusion.Fuse(words, Meaning([(4, 0.5f), (5, 0.4f)], (2, 0.2f)), 10, _none);
        Assert.Equal(1, Order(fused)[0]);
        Assert.Equal(1, fused.Ranking[0].Score);
    }

    [Fact]
    public void Fuse_ChunksThatAreGone_AreLeftOutOfBothSides()
    {
        using var words = Words((1, 10), (2, 5));
        Assert.Equal([2, 3], Order(Fusion.Fuse(words, Meaning([(1, 0.9f), (3, 0.1f)], (2, 0.5f)), 10, new HashSet<long> { 1 })));
    }

    [Fact]
    public void Fuse_NothingFound_IsEmpty()
    {
        using var words = Words();
        Assert.Empty(Fusion.Fuse(words, null, 10, _none).Ranking);
        Assert.Empty(Fusion.Fuse(null, null, 10, _none).Ranking);
    }

    private static List<long> Order(FusedRanking fused) => [.. fused.Ranking.Select(chunk => chunk.ChunkId)];

    /// <summary>Words' scores.</summary>
    private static LexicalScores Words(params (long Id, float Score)[] chunks)
    {
        var accumulators = new Accumulators();
        foreach (var (id, score) in chunks)
            accumulators.Add(id, score);
        return new LexicalScores(accumulators, new Dictionary<uint, double>(), null);
    }

    private static VectorScores Meaning((long Id, float Cosine)[] nearest, params (long Id, float Cosine)[] asked) =>
        new([.. nearest.Select(chunk => new ScoredChunk(chunk.Id, chunk.Cosine))], asked.ToDictionary(chunk => chunk.Id, chunk => chunk.Cosine));
}
