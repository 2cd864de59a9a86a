using CsCheck;
using DocuChat.Core.Retrieval.Lexical;
using Xunit;

namespace DocuChat.Tests.Core.Retrieval;

public sealed class AccumulatorsTests
{
    [Fact]
    public void Best_AnyScores_AreTheHighestSums() =>
        Gen.Select(Gen.Long[0, 100_000], Gen.Int[1, 9]).Array[0, 300].Sample(additions =>
        {
            using var accumulators = new Accumulators();
            foreach (var (id, score) in additions)
                accumulators.Add(id, score);
            var sums = additions.GroupBy(addition => addition.Item1).ToDictionary(group => group.Key, group => group.Sum(addition => addition.Item2));
            var expected = sums.OrderByDescending(sum => sum.Value).ThenBy(sum => sum.Key).Take(20).Select(sum => (sum.Key, (float)sum.Value));
            Assert.Equal(expected, accumulators.Best(20).Select(chunk => (chunk.ChunkId, chunk.Score)));
            Assert.All(sums, sum => Assert.Equal(sum.Value, accumulators[sum.Key]));
        });
}
