using CsCheck;
using DocuChat.Core.Retrieval.Lexical;
using DocuChat.Core.Text.Analysis;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace DocuChat.Tests.Core.Retrieval;

public sealed class LexicalIndexTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] _vocabulary = ["wing", "lift", "flows", "heating", "کتاب", "کتابخانه", "دانشگاه‌ها", "مهندسی", "2024", "shock"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scores_RandomCorpora_AreThoseOfBm25WrittenOutPlainly() =>
        await Corpora.SampleAsync(
            async corpus =>
            {
                var documents = await PublishedDocuments.OfNewTenantAsync(database);
                foreach (var texts in corpus)
                    await documents.PublishAsync(await documents.AddAsync(), 1, texts);
                await AssertScoresAsync(documents, corpus.SelectMany(texts => texts).ToList());

                await documents.MergeAsync();
                Assert.True(await documents.SegmentsAsync() < 4);
                await AssertScoresAsync(documents, corpus.SelectMany(texts => texts).ToList());
            },
            iter: 8,
            threads: 1
        );

    [Fact]
    public async Task Merge_AfterDeletionsAndNewVersions_KeepsWhatLivesOnly()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database);
        var ids = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            ids.Add(await documents.AddAsync());
            await documents.PublishAsync(ids[i], 1, [$"common word{i}x", $"common other{i}x"]);
        }
        await documents.MergeAsync();
        await documents.DeleteAsync(ids[0]);
        await documents.PublishAsync(ids[1], 2, ["common replacement"]);
        for (var i = 0; i < 3; i++)
            await documents.PublishAsync(await documents.AddAsync(), 1, [$"common later{i}x"]);

        // Dead postings are still in the merged segment: they are passed over.
        Assert.Equal(16, (await documents.FindByWordsAsync("common", 100)).Count);
        Assert.Empty(await documents.FindByWordsAsync("word0x other0x word1x other1x"));
        Assert.Single(await documents.FindByWordsAsync("replacement"));

        Assert.Equal(1, await documents.MergeAsync());
        await using var context = database.Context(documents.TenantId);
        Assert.Equal(16, await context.LexicalSegments.SumAsync(segment => segment.Chunks, Stop));
        Assert.Equal(16, (await documents.FindByWordsAsync("common", 100)).Count);
        Assert.Empty(await documents.FindByWordsAsync("word0x other1x"));
    }

    [Fact]
    public async Task Merge_WhenEverythingIsDead_LeavesNoSegment()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database);
        var ids = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await documents.AddAsync());
            await documents.PublishAsync(ids[i], 1, [.. Enumerable.Range(0, 200).Select(n => $"text {n}")]);
        }
        await documents.MergeAsync();
        foreach (var id in ids)
            await documents.DeleteAsync(id);

        await documents.MergeAsync();

        Assert.Equal(0, await documents.SegmentsAsync());
    }

    [Fact]
    public async Task Merge_BrokenOffAnywhere_ChangesNothing()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database);
        for (var i = 0; i < 5; i++)
            await documents.PublishAsync(await documents.AddAsync(), 1, [$"common only{i}x"]);
        await using var other = await database.App.OpenConnectionAsync(Stop);

        // Blocks of the new segment cannot be written while this lock is held; the merge is then killed.
        await using (var transaction = await other.BeginTransactionAsync(Stop))
        {
            await using var hold = new NpgsqlCommand("lock table lexical_blocks in share mode", other, transaction);
            await hold.ExecuteNonQueryAsync(Stop);
            using var killed = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SegmentMerger(database.App).MergeAsync(documents.TenantId, killed.Token));
        }

        Assert.Equal(5, await documents.SegmentsAsync());
        Assert.Equal(5, (await documents.FindByWordsAsync("common")).Count);
        Assert.Equal(1, await documents.MergeAsync());
        Assert.Equal(5, (await documents.FindByWordsAsync("common")).Count);
    }

    [Fact]
    public async Task Merge_WhilePublishingAndInParallel_LosesAndDoublesNothing()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database);
        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => documents.AddAsync()));

        var publishing = ids.Select(async (id, n) =>
        {
            for (var version = 1; version <= 6; version++)
                await documents.PublishAsync(id, version, [$"common document{n}x version{version}x"]);
        });
        var merging = Enumerable.Range(0, 3).Select(async _ =>
        {
            for (var i = 0; i < 10; i++)
                await documents.MergeAsync();
        });
        await Task.WhenAll(publishing.Concat(merging));
        await documents.MergeAsync();

        Assert.Equal(6, (await documents.FindByWordsAsync("common", 50)).Count);
        Assert.Equal(6, (await documents.FindByWordsAsync("version6x", 50)).Count);
        for (var n = 0; n < ids.Length; n++)
            Assert.Equal(ids[n], Assert.Single(await documents.FindByWordsAsync($"document{n}x")).DocumentId);
    }

    [Fact]
    public async Task Publish_RolledBack_LeavesTheOldVersionAnswering()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database);
        var id = await documents.AddAsync();
        await documents.PublishAsync(id, 1, ["the old sentence"]);

        await using (var connection = await database.App.OpenConnectionAsync(Stop))
        await using (var transaction = await connection.BeginTransactionAsync(Stop))
        {
            await documents.WriteAsync(connection, transaction, id, 2, ["the new sentence"]);
            Assert.Equal("the old sentence", Assert.Single(await documents.FindByWordsAsync("sentence")).Text);
        }
        Assert.Equal(1, Assert.Single(await documents.FindByWordsAsync("sentence")).Version);

        await documents.PublishAsync(id, 2, ["the new sentence"]);
        Assert.Equal("the new sentence", Assert.Single(await documents.FindByWordsAsync("sentence")).Text);
    }

    [Fact]
    public async Task Search_OfAnotherTenant_FindsNothingAndWeighsByItsOwnDocuments()
    {
        var (ours, theirs) = (await PublishedDocuments.OfNewTenantAsync(database), await PublishedDocuments.OfNewTenantAsync(database));
        await ours.PublishAsync(await ours.AddAsync(), 1, ["turbulence here", "laminar there"]);
        var before = await ours.ScoresByWordsAsync("turbulence");
        for (var i = 0; i < 5; i++)
            await theirs.PublishAsync(await theirs.AddAsync(), 1, ["turbulence everywhere", "secret of theirs"]);

        Assert.Equal(before, await ours.ScoresByWordsAsync("turbulence"));
        Assert.Empty(await ours.FindByWordsAsync("secret"));
    }

    [Fact]
    public async Task Search_WithinDocuments_FindsTheirChunksOnlyHoweverManyOthersFitBetter()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database);
        var wanted = await documents.AddAsync();
        await documents.PublishAsync(wanted, 1, ["a long text in which the word turbulence stands only once among very many other words that say nothing of it"]);
        await documents.PublishAsync(await documents.AddAsync(), 1, [.. Enumerable.Range(0, 300).Select(i => $"turbulence turbulence {i}")]);

        Assert.Equal(wanted, Assert.Single(await documents.FindByWordsAsync("turbulence", 10, [wanted])).DocumentId);
        Assert.Empty(await documents.FindByWordsAsync("turbulence", 10, [Guid.CreateVersion7()]));
    }

    [Fact]
    public async Task Search_ByTheDocumentsName_FindsItsChunks()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database);
        await documents.PublishAsync(await documents.AddAsync(), 1, ["every employee has thirty days"], title: "Holiday rules 2026");
        await documents.PublishAsync(await documents.AddAsync(), 1, ["every employee has a desk"], title: "Office");

        Assert.Equal("every employee has thirty days", (await documents.FindByWordsAsync("holiday of an employee"))[0].Text);
    }

    [Fact]
    public async Task Search_OneTermInVeryManyChunks_FindsAllOfThemInBlocksOfTheirOwn()
    {
        var documents = await PublishedDocuments.OfNewTenantAsync(database);
        await documents.PublishAsync(await documents.AddAsync(), 1, [.. Enumerable.Range(0, 5000).Select(i => $"turbulence number{i}x")]);
        await documents.MergeAsync();
        await using (var context = database.Context(documents.TenantId))
            Assert.True(await context.LexicalBlocks.AnyAsync(block => block.Term != LexicalBlock.Mixed && block.Postings == 5000, Stop));

        using var scores = await new DocuChat.Core.Retrieval.PassageSearch(database.App).LexicalAsync(new(documents.TenantId, "turbulence number4321x", 1, null), Stop);
        Assert.Equal("turbulence number4321x", (await documents.FindByWordsAsync("turbulence number4321x"))[0].Text);
        Assert.Equal(5000, scores.Best(10_000, new HashSet<long>()).Count);
    }

    private static Gen<string[][]> Corpora { get; } =
        Gen.Int[0, _vocabulary.Length - 1].Select(word => _vocabulary[word]).Array[1, 30].Select(words => string.Join(' ', words)).Array[1, 6].Array[5, 9].Select(Distinct);

    /// <summary>Texts tell chunks apart in these tests: a word of its own in each.</summary>
    private static string[][] Distinct(string[][] corpus) => [.. corpus.Select((texts, d) => texts.Select((text, c) => $"{text} unique{d}of{c}x").ToArray())];

    private static async Task AssertScoresAsync(PublishedDocuments documents, IReadOnlyList<string> texts)
    {
        foreach (var question in new[] { "lift of a wing", "کتابخانه دانشگاه", "flow 2024", "nowhere", string.Join(' ', _vocabulary) })
        {
            var expected = NaiveScores(texts, question);
            var actual = await documents.ScoresByWordsAsync(question);
            Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
            foreach (var (text, score) in expected)
                Assert.Equal(score, actual[text], 1e-4 * Math.Max(1, score));
        }
    }

    /// <summary>BM25 as the book has it, over the analysed texts; lengths in the steps that the index keeps them in.</summary>
    private static Dictionary<string, double> NaiveScores(IReadOnlyList<string> texts, string question)
    {
        var analysed = texts.Select(text =>
        {
            var terms = new List<uint>();
            return (Text: text, Length: TextAnalyzer.Analyze(text, terms), Counts: terms.CountBy(term => term).ToDictionary());
        }).ToList();
        var average = analysed.Average(text => text.Length);
        var scores = new Dictionary<string, double>();
        foreach (var (term, weight) in TextAnalyzer.AnalyzeQuery(question))
        {
            var holders = analysed.Where(text => text.Counts.ContainsKey(term)).ToList();
            var idf = Math.Log(1 + ((analysed.Count - holders.Count + 0.5) / (holders.Count + 0.5)));
            foreach (var (text, length, counts) in holders)
            {
                var kept = LengthCode.Words(LengthCode.Of(length));
                scores[text] = scores.GetValueOrDefault(text) + (weight * idf * counts[term] * 1.9 / (counts[term] + (0.9 * (0.6 + (0.4 * kept / average)))));
            }
        }
        return scores;
    }
}
