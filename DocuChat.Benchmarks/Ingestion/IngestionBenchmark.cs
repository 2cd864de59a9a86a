using System.Diagnostics;
using System.Globalization;
using System.Text;
using DocuChat.Benchmarks.Peers;
using DocuChat.Benchmarks.Quality;
using DocuChat.Core.Documents;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Tenancy;
using DocuChat.Sandbox.Embeddings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace DocuChat.Benchmarks.Ingestion;

/// <summary>
/// Texts through the whole path (intake, queue, child processes, chunks, lexical postings, vectors) beside an embedding server that answers at once; then two workers
/// beside one where it takes 50 ms a batch; then the local model, beside the same chunks given to it alone.
/// </summary>
internal static class IngestionBenchmark
{
    private const int Texts = 400;

    // The compiler works beside a new process for its first few hundred documents.
    private const int TextsBefore = 400;
    private const int TextsWhenRemote = 240;
    private const int TextsWhenLocal = 40;
    private const int Length = 20_000;

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(arguments.Database, cancellationToken);
        await DocumentQueue.BuildSchemaAsync(database.ConnectionString, cancellationToken);
        await using var embeddings = await InstantEmbeddings.StartAsync(cancellationToken);
        using var intake = Intake(database, arguments.Redis);
        await intake.StartAsync(cancellationToken);
        var texts = TextsOf(Collection.Load(Path.Combine(arguments.Data, "xquad-en")), Texts);

        Console.WriteLine("run | workers | documents | chunks | seconds to upload | seconds to ready | seconds more until its vector index stands | documents a second | chunks a second | MB of a worker and its children | CPU seconds of all workers and their children | seconds by stage, all documents");
        var ours = new List<PeerResult>();
        // Where the model is remote, a worker waits: one lane each, so that it is the waiting that a second worker shares, not the two cores.
        foreach (var (name, workers, count, perBatch, lanes) in new[] { ("instant", 1, Texts, 0, 6), ("instant", 2, Texts, 0, 6), ("remote", 1, TextsWhenRemote, 50, 1), ("remote", 2, TextsWhenRemote, 50, 1) })
        {
            if (arguments.Names.Count > 0 && !arguments.Names.Contains($"{name}-{workers}"))
                continue;
            embeddings.TimePerBatch = TimeSpan.FromMilliseconds(perBatch);
            var (line, result) = await MeasureAsync(new Run(database, intake, arguments.Redis, embeddings, $"{name} | {workers}", workers, lanes), texts[..count], cancellationToken);
            Console.WriteLine(line);
            if (name == "instant")
                ours.Add(result);
        }
        embeddings.TimePerBatch = TimeSpan.Zero;
        if (arguments.Names.Count == 0 || arguments.Names.Contains("local-1"))
            await MeasureLocalAsync(new Run(database, intake, arguments.Redis, embeddings, "local | 1", 1, 4), texts[..TextsWhenLocal], cancellationToken);
        if (arguments.WithPeers)
            await IngestionPeers.RunAsync(database, embeddings, texts, ours, cancellationToken);
        await intake.StopAsync(cancellationToken);
        return 0;
    }

    private sealed record Run(BenchmarkDatabase Database, IHost Intake, string Redis, InstantEmbeddings Embeddings, string Name, int Workers, int Lanes)
    {
        /// <summary>The model that embeds what is measured; null for an instant one.</summary>
        public SentenceEncoder? Encoder { get; init; }
    }

    private static async Task MeasureLocalAsync(Run run, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        await using var encoder = new SentenceEncoder(Options.Create(new EmbeddingOptions()), NullLogger<SentenceEncoder>.Instance);
        await encoder.EncodeAsync(["Loads the model."], cancellationToken);
        var (line, result) = await MeasureAsync(run with { Encoder = encoder }, texts, cancellationToken);
        Console.WriteLine(line);

        // All at once, so that texts of like length meet in a batch better than a document's do.
        var chunks = await ChunksOfLastTenantAsync(run.Database, cancellationToken);
        var watch = Stopwatch.StartNew();
        await encoder.EncodeAsync(chunks, cancellationToken);
        var alone = chunks.Count / watch.Elapsed.TotalSeconds;
        var ours = result.Chunks / result.Seconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"local model alone, the same {chunks.Count} chunks | {alone:F1} chunks a second | through the whole path {ours:F1} | {ours / alone:F2}×"));
    }

    private static async Task<List<string>> ChunksOfLastTenantAsync(BenchmarkDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.Owner.CreateCommand("select heading_path, text from chunks where tenant_id = (select id from tenants order by id desc limit 1)");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var chunks = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            chunks.Add(PublishedVectors.TextOf(reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetString(1)));
        return chunks;
    }

    private static async Task<(string Line, PeerResult Result)> MeasureAsync(Run run, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var workers = Enumerable.Range(0, run.Workers).Select(_ => WorkerProcess.Start(Settings(run))).ToList();
        try
        {
            // Documents first, so that nobody's start and compiling are measured.
            var warm = await run.Database.AddTenantAsync($"warm-{Guid.CreateVersion7():n}", cancellationToken);
            await UploadAsync(run, warm, Enumerable.Range(0, TextsBefore * run.Workers).Select(i => $"Warm text number {i}. {texts[0]}"), cancellationToken);
            await UntilReadyAsync(run.Database, warm, cancellationToken);
            await UntilIndexedAsync(run.Database, warm, cancellationToken);

            run.Embeddings.Encoder = run.Encoder;
            var tenant = await run.Database.AddTenantAsync($"run-{Guid.CreateVersion7():n}", cancellationToken);
            var cpu = workers.Sum(worker => worker.ProcessorSeconds);
            var watch = Stopwatch.StartNew();
            await UploadAsync(run, tenant, texts, cancellationToken);
            var uploading = watch.Elapsed.TotalSeconds;
            var chunks = await UntilReadyAsync(run.Database, tenant, cancellationToken);
            var seconds = watch.Elapsed.TotalSeconds;
            cpu = workers.Sum(worker => worker.ProcessorSeconds) - cpu;
            // A small tenant gets none.
            if (chunks >= TenantShards.PromotionSize)
                await UntilIndexedAsync(run.Database, tenant, cancellationToken);
            var indexing = watch.Elapsed.TotalSeconds - seconds;
            var memory = workers.Max(worker => worker.PeakMemory);
            var line =
                $"{run.Name} | {texts.Count} | {chunks} | {uploading:F1} | {seconds:F1} | {indexing:F1} | {texts.Count / seconds:F1} | {chunks / seconds:F0} | {memory / 1_000_000} | {cpu:F1} | {await StagesAsync(run.Database, tenant, cancellationToken)}";
            return (line, new PeerResult(texts.Count, chunks, seconds, memory));
        }
        finally
        {
            run.Embeddings.Encoder = null;
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
    }

    private static async Task UploadAsync(Run run, Guid tenant, IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        var number = 0;
        // Four at a time, as a folder is uploaded.
        var options = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(texts, options, async (text, stop) =>
        {
            await using var scope = run.Intake.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<TenantContext>().Use(tenant);
            var result = await scope.ServiceProvider.GetRequiredService<DocumentIntake>().StoreAsync(Guid.Empty, $"{Interlocked.Increment(ref number)}.txt", new MemoryStream(Encoding.UTF8.GetBytes(text)), stop);
            if (result is not IntakeResult.Stored)
                throw new InvalidOperationException($"A text was refused: {result}");
        });
    }

    /// <returns>How many chunks there are.</returns>
    private static async Task<long> UntilReadyAsync(BenchmarkDatabase database, Guid tenant, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var command = database.Owner.CreateCommand("select count(*) filter (where status <> 'Ready'), count(*) filter (where status = 'Failed'), sum(chunks) from documents where tenant_id = $1");
            command.Parameters.Add(new() { Value = tenant });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (reader.GetInt64(1) > 0)
                throw new InvalidOperationException("A document failed.");
            if (reader.GetInt64(0) == 0)
                return reader.GetInt64(2);
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Waits for the vector index that a tenant gets after its load, which is built in nobody's documents' time.</summary>
    private static async Task UntilIndexedAsync(BenchmarkDatabase database, Guid tenant, CancellationToken cancellationToken)
    {
        await using var command = database.Owner.CreateCommand("select shard from tenants where id = $1");
        command.Parameters.Add(new() { Value = tenant });
        while (await command.ExecuteScalarAsync(cancellationToken) is int shard && !TenantShards.IsOwn(shard))
            await Task.Delay(50, cancellationToken);
    }

    private static async Task<string> StagesAsync(BenchmarkDatabase database, Guid tenant, CancellationToken cancellationToken)
    {
        await using var command = database.Owner.CreateCommand(
            "select s ->> 'name', sum((s ->> 'seconds')::float8) from documents, jsonb_array_elements(stages) s where tenant_id = $1 group by 1 order by 2 desc"
        );
        command.Parameters.Add(new() { Value = tenant });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stages = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            stages.Add($"{reader.GetString(0)} {reader.GetDouble(1):F1}");
        return string.Join(", ", stages);
    }

    /// <summary>Texts of the same length, each different, of the passages of a collection.</summary>
    private static List<string> TextsOf(Collection collection, int count)
    {
        var texts = new List<string>();
        for (var i = 0; texts.Count < count; i++)
        {
            var text = new StringBuilder($"Text number {i}.\n\n");
            for (var passage = i * 7; text.Length < Length; passage++)
                text.Append(collection.Documents[passage % collection.Documents.Count].Text).Append("\n\n");
            text.Length = Length;
            texts.Add(text.ToString());
        }
        return texts;
    }

    private static IHost Intake(BenchmarkDatabase database, string redis)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:docuchat"] = database.ConnectionString });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(redis));
        builder.AddPersistence(DatabaseRole.App);
        builder.AddDocumentIntake();
        return builder.Build();
    }

    private static Dictionary<string, string> Settings(Run run) =>
        new()
        {
            ["ConnectionStrings:docuchat"] = run.Database.ConnectionString,
            ["ConnectionStrings:redis"] = run.Redis,
            ["OPENAI_BASE_URL"] = run.Embeddings.BaseUrl,
            ["OPENAI_API_KEY"] = "benchmark",
            ["Ingestion:Parallel"] = run.Lanes.ToString(CultureInfo.InvariantCulture),
            ["Models:Embedding:Name"] = InstantEmbeddings.Model,
            ["Models:Embedding:Dimensions"] = InstantEmbeddings.Dimensions.ToString(CultureInfo.InvariantCulture),
        };
}
