using System.Diagnostics;
using System.Globalization;
using DocuChat.Benchmarks.Peers;
using DocuChat.Benchmarks.Quality;
using DocuChat.Core.Retrieval;
using DocuChat.Sandbox.Embeddings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DocuChat.Benchmarks.Retrieval;

/// <summary>What a search takes at many chunks, of one tenant and of many: the service's vector side beside the bare statement, and the whole hybrid search. The question's vector is there already.</summary>
internal static class RetrievalBenchmark
{
    private const int Questions = 300;

    // Times that each is asked.
    private const int Rounds = 5;
    private const int Wanted = 10;
    private const int Clients = 4;
    private const int RealPassages = 1000;

    private static readonly (int Chunks, int Tenants)[] _standard = [(1_000, 1), (10_000, 1), (10_000, 200), (100_000, 1), (100_000, 200)];

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var encoder = new SentenceEncoder(Options.Create(new EmbeddingOptions()), NullLogger<SentenceEncoder>.Instance);
        var passages = await NoisyPassages.LoadAsync(Collection.Load(Path.Combine(arguments.Data, "en-cranfield")), RealPassages, encoder, cancellationToken);
        Console.WriteLine("chunks | tenants | upkeep s | vectors MB | side | p50 ms | p95 ms | queries a second: 1 client | 4 clients | recall@10");
        using var peers = arguments.WithPeers ? await PeerFolder.InstallAsync(cancellationToken) : null;
        foreach (var (size, tenants) in arguments.Names.Count > 0 ? arguments.Names.Select(Setting) : _standard)
            await MeasureAsync(arguments, passages, size, tenants, peers, cancellationToken);
        return 0;
    }

    /// <summary>As <c>100000x200</c>; without the second number, all chunks are one tenant's.</summary>
    private static (int Chunks, int Tenants) Setting(string name)
    {
        var numbers = name.Split('x').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers.Length > 1 ? numbers[1] : 1);
    }

    private static async Task MeasureAsync(BenchmarkArguments arguments, NoisyPassages passages, int size, int count, PeerFolder? peers, CancellationToken cancellationToken)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(arguments.Database, cancellationToken);
        var model = await database.AddModelAsync(SentenceEncoder.ModelName, SentenceEncoder.Dimensions, ["en"], cancellationToken);
        var random = new Random(size + count);
        var tenants = new List<FilledTenant>();
        for (var i = 0; i < count; i++)
            tenants.Add(await FilledTenant.FillAsync(database, model, passages, size / count, random, cancellationToken));

        var upkeep = Stopwatch.StartNew();
        using (var maintenance = database.Maintenance())
        {
            foreach (var tenant in tenants)
                await maintenance.MaintainAsync(tenant.Id, cancellationToken);
        }
        upkeep.Stop();
        await database.VacuumAsync(["chunks", "chunk_embeddings", "lexical_segments", "lexical_blocks"], isFull: false, cancellationToken);
        var bytes = await VectorBytesAsync(database, cancellationToken);
        var setting = string.Create(CultureInfo.InvariantCulture, $"{size} | {count} | {upkeep.Elapsed.TotalSeconds:F1} | {bytes / 1e6:F0}");

        var questions = Enumerable.Range(0, Questions).Select(_ => new Question(tenants[random.Next(count)], passages.Next(random))).ToList();
        var truth = questions.ToDictionary(question => question, question => question.Tenant.Nearest(question.Vector, Wanted).ToHashSet());
        var search = new VectorSearch(database.Services);
        var whole = new PassageSearch(database.Services);
        await using var bare = await BareSearch.OpenAsync(database, model, Wanted, cancellationToken);

        Print(setting, "bare SQL", await TimeAsync(questions, 1, bare.SearchAsync, cancellationToken), null, await RecallAsync(database, truth, bare.SearchAsync, cancellationToken));
        Print(setting, "vector side", await TimeAsync(questions, 1, Vector, cancellationToken), await TimeAsync(questions, Clients, Vector, cancellationToken), await RecallAsync(database, truth, Vector, cancellationToken));
        Print(setting, "hybrid", await TimeAsync(questions, 1, Hybrid, cancellationToken), await TimeAsync(questions, Clients, Hybrid, cancellationToken), null);

        if (peers is not null)
            await PeersAsync(setting, peers, database, questions, truth, cancellationToken);

        async Task<IReadOnlyList<long>> Vector(Question question, CancellationToken stop) =>
            (await search.SearchAsync(question.Tenant.Id, model, UnitVector.Of(question.Vector), Wanted, [], null, stop)).Nearest.Select(chunk => chunk.ChunkId).ToArray();

        async Task<IReadOnlyList<long>> Hybrid(Question question, CancellationToken stop)
        {
            var query = new SearchQuery(question.Tenant.Id, question.Text, Wanted, DocumentIds: null);
            using var lexical = await whole.LexicalAsync(query, stop);
            var vectors = await whole.VectorsAsync(query, model, question.Vector, lexical, stop);
            return [.. (await whole.RankAsync(query, lexical, vectors, stop)).Passages.Select(passage => passage.ChunkId)];
        }
    }

    private static async Task PeersAsync(string setting, PeerFolder peers, BenchmarkDatabase database, List<Question> questions, Dictionary<Question, HashSet<(Guid, int)>> truth, CancellationToken cancellationToken)
    {
        var searches = await peers.SearchAsync("langchain-retrieval.js", questions.Select(question => (question.Tenant.Id, question.Vector)), Clients, database.ConnectionString, cancellationToken);
        foreach (var search in searches)
        {
            var asked = questions.Take(search.Found.Length).ToList();
            var found = asked.Zip(search.Found).ToDictionary(pair => pair.First, pair => pair.Second);
            var recall = await RecallAsync(database, asked.ToDictionary(question => question, question => truth[question]), (question, _) => Task.FromResult<IReadOnlyList<long>>(found[question]), cancellationToken);
            Array.Sort(search.Milliseconds);
            var one = new Timing(search.Milliseconds[search.Milliseconds.Length / 2], search.Milliseconds[search.Milliseconds.Length * 95 / 100], search.PerSecond);
            Print(setting, $"LangChain.js, {search.State} ({search.BuildSeconds:F1} s)", one, one with { PerSecond = search.PerSecondAtOnce }, recall);
        }
    }

    private static async Task<Timing> TimeAsync(List<Question> questions, int clients, Func<Question, CancellationToken, Task<IReadOnlyList<long>>> search, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = clients, CancellationToken = cancellationToken };
        // Once before, on as many connections, so that neither the compiler nor the disk nor a connection's first statements are measured.
        await Parallel.ForEachAsync(questions, options, async (question, stop) => await search(question, stop));
        // This process holds all vectors: a collection of its own garbage would be a good part of the time.
        GC.Collect();
        var times = new double[questions.Count * Rounds];
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, times.Length),
            options,
            async (index, stop) =>
            {
                var started = Stopwatch.GetTimestamp();
                await search(questions[index % questions.Count], stop);
                times[index] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
        );
        var perSecond = times.Length / watch.Elapsed.TotalSeconds;
        Array.Sort(times);
        return new Timing(times[times.Length / 2], times[times.Length * 95 / 100], perSecond);
    }

    private static async Task<double> RecallAsync(BenchmarkDatabase database, Dictionary<Question, HashSet<(Guid, int)>> truth, Func<Question, CancellationToken, Task<IReadOnlyList<long>>> search, CancellationToken cancellationToken)
    {
        var (found, wanted) = (0, 0);
        foreach (var (question, nearest) in truth)
        {
            await using var command = database.Owner.CreateCommand("select document_id, ordinal from chunks where id = any ($1)");
            command.Parameters.Add(new() { Value = (await search(question, cancellationToken)).ToArray() });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                found += nearest.Contains((reader.GetGuid(0), reader.GetInt32(1))) ? 1 : 0;
            wanted += nearest.Count;
        }
        return (double)found / wanted;
    }

    private static async Task<long> VectorBytesAsync(BenchmarkDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.Owner.CreateCommand("select sum(pg_total_relation_size(relid))::bigint from pg_partition_tree('chunk_embeddings')");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static void Print(string setting, string side, Timing one, Timing? four, double? recall) =>
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{setting} | {side} | {one.Median:F2} | {one.Percentile95:F2} | {one.PerSecond:F0} | {four?.PerSecond:F0} | {recall:F3}")
        );

    private sealed record Timing(double Median, double Percentile95, double PerSecond);
}
