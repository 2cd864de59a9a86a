using DocuChat.Core.Retrieval;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace DocuChat.Tests.Core.Retrieval;

public sealed class VectorSearchTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Dimensions = 32;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_InASharedShard_IsExactAndTheTenantsOwn()
    {
        var (ours, theirs) = (await PublishedDocuments.OfNewTenantAsync(database, Dimensions), await PublishedDocuments.OfNewTenantAsync(database, Dimensions));
        var vectors = Vectors(200, seed: 1);
        await ours.PublishAsync(await ours.AddAsync(), 1, Texts(200), vectors);
        await theirs.PublishAsync(await theirs.AddAsync(), 1, Texts(200), vectors);

        var found = await ours.FindByMeaningAsync(vectors[17], 10);

        Assert.Equal(Nearest(vectors, vectors[17], 10), await OrdinalsAsync(ours, found));
        Assert.Equal(1, found.Nearest[0].Score, 0.01);
    }

    [Fact]
    public async Task Search_WithinDocuments_ComparesTheirChunksOnly()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database, Dimensions);
        var vectors = Vectors(60, seed: 2);
        var wanted = await documents.AddAsync();
        await documents.PublishAsync(await documents.AddAsync(), 1, Texts(50), vectors[..50]);
        await documents.PublishAsync(wanted, 1, Texts(10), vectors[50..]);

        var found = await documents.FindByMeaningAsync(vectors[3], 20, [wanted]);

        Assert.Equal(Nearest(vectors[50..], vectors[3], 10), await OrdinalsAsync(documents, found));
    }

    [Fact]
    public async Task Publish_ANewVersionOrADeletion_LeavesNoVectorOfTheOld()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database, Dimensions);
        var vectors = Vectors(6, seed: 3);
        var (replaced, deleted) = (await documents.AddAsync(), await documents.AddAsync());
        await documents.PublishAsync(replaced, 1, Texts(3), vectors[..3]);
        await documents.PublishAsync(deleted, 1, Texts(3), vectors[3..]);

        await documents.PublishAsync(replaced, 2, Texts(1), vectors[..1]);
        await documents.DeleteAsync(deleted);

        await using var context = database.Context(documents.TenantId);
        Assert.Equal(1, await context.ChunkEmbeddings.CountAsync(Stop));
        Assert.Single((await documents.FindByMeaningAsync(vectors[4], 10)).Nearest);
    }

    [Fact]
    public async Task Promote_ALargeTenant_MovesItToAGraphThatFindsWhatTheScanFinds()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database, Dimensions);
        var bystander = await PublishedDocuments.OfNewTenantAsync(database, Dimensions);
        var vectors = Vectors(TenantShards.PromotionSize + 100, seed: 4);
        await bystander.PublishAsync(await bystander.AddAsync(), 1, Texts(5), vectors[..5]);
        await documents.PublishAsync(await documents.AddAsync(), 1, Texts(vectors.Length), vectors);
        // A search that remembers the old shard must notice.
        var search = new VectorSearch(database.App);
        await search.SearchAsync(documents.TenantId, documents.Model, UnitVector.Of(vectors[0]), 1, [], null, Stop);

        Assert.True(await new TenantShards(database.App).PromoteAsync(documents.TenantId, Stop));
        Assert.False(await new TenantShards(database.App).PromoteAsync(documents.TenantId, Stop));
        Assert.False(await new TenantShards(database.App).PromoteAsync(bystander.TenantId, Stop));

        var (hits, wanted) = (0, 0);
        for (var i = 0; i < 50; i++)
        {
            var found = await search.SearchAsync(documents.TenantId, documents.Model, UnitVector.Of(vectors[i * 7]), 10, [], null, Stop);
            hits += Nearest(vectors, vectors[i * 7], 10).Intersect(await OrdinalsAsync(documents, found)).Count();
            wanted += 10;
        }
        Assert.True(hits >= 0.98 * wanted, $"recall {(double)hits / wanted}");
        Assert.Equal(5, (await bystander.FindByMeaningAsync(vectors[0], 10)).Nearest.Count);
    }

    [Fact]
    public async Task Promote_ALargeTenantInTheMiddleOfALoad_WaitsForItsEnd()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database, Dimensions);
        var vectors = Vectors(TenantShards.PromotionSize + 1, seed: 6);
        await documents.PublishAsync(await documents.AddAsync(), 1, Texts(vectors.Length - 1), vectors[..^1]);
        var waiting = await documents.AddAsync();

        Assert.False(await new TenantShards(database.App).PromoteAsync(documents.TenantId, Stop));

        await documents.PublishAsync(waiting, 1, Texts(1), vectors[^1..]);
        Assert.True(await new TenantShards(database.App).PromoteAsync(documents.TenantId, Stop));
    }

    [Fact]
    public async Task Publish_AfterPromotion_GoesToTheNewShard()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database, Dimensions);
        var vectors = Vectors(TenantShards.PromotionSize + 1, seed: 5);
        await documents.PublishAsync(await documents.AddAsync(), 1, Texts(vectors.Length - 1), vectors[..^1]);
        await new TenantShards(database.App).PromoteAsync(documents.TenantId, Stop);

        var late = await documents.AddAsync();
        await documents.PublishAsync(late, 1, Texts(1), vectors[^1..]);

        await using var context = database.Context(documents.TenantId);
        var shard = await context.ChunkEmbeddings.Select(embedding => embedding.Shard).Distinct().SingleAsync(Stop);
        Assert.True(TenantShards.IsOwn(shard));
        Assert.Equal(1, (await documents.FindByMeaningAsync(vectors[^1], 1)).Nearest[0].Score, 0.01);

        // The shard itself is closed: it is reached through its parent and the parent's policies alone.
        foreach (var source in new[] { database.App, database.Operator })
        {
            await using var direct = source.CreateCommand($"select count(*) from chunk_embeddings_{shard}");
            var refused = await Assert.ThrowsAsync<PostgresException>(() => direct.ExecuteScalarAsync(Stop));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
        // Deleting finds them there.
        await documents.DeleteAsync(late);
        Assert.Equal(vectors.Length - 1, await context.ChunkEmbeddings.CountAsync(Stop));
    }

    private static string[] Texts(int count) => [.. Enumerable.Range(0, count).Select(i => $"text {i}")];

    /// <summary>Vectors around a few centres, as passages lie around subjects: independent ones would make any graph look broken.</summary>
    private static float[][] Vectors(int count, int seed)
    {
        var random = new Random(seed);
        float[] Point(double spread) => [.. Enumerable.Range(0, Dimensions).Select(_ => (float)((random.NextDouble() - 0.5) * spread))];
        var centres = Enumerable.Range(0, 20).Select(_ => Point(2)).ToArray();
        return [.. Enumerable.Range(0, count).Select(_ => centres[random.Next(centres.Length)].Zip(Point(1), (centre, noise) => centre + noise).ToArray())];
    }

    private static IEnumerable<int> Nearest(float[][] vectors, float[] question, int count) =>
        Enumerable.Range(0, vectors.Length).OrderByDescending(i => Cosine(vectors[i], question)).Take(count).Order();

    private static double Cosine(float[] left, float[] right) => left.Zip(right, (l, r) => (double)l * r).Sum() / Math.Sqrt(left.Sum(l => (double)l * l) * right.Sum(r => (double)r * r));

    private async Task<IEnumerable<int>> OrdinalsAsync(PublishedDocuments documents, VectorScores found)
    {
        await using var context = database.Context(documents.TenantId);
        var ids = found.Nearest.Select(chunk => chunk.ChunkId).ToList();
        return await context.Chunks.Where(chunk => ids.Contains(chunk.Id)).Select(chunk => chunk.Ordinal).Order().ToListAsync(Stop);
    }
}
