using System.Diagnostics;
using System.Globalization;
using DocuChat.Benchmarks.Peers;
using DocuChat.Core.Retrieval;
using DocuChat.Sandbox.Embeddings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

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
        await using var bench = await IngestionBench.CreateAsync(arguments, cancellationToken);
        var texts = bench.Texts(Texts, Length);

        Console.WriteLine("run | workers | documents | chunks | seconds to upload | seconds to ready | seconds more until its vector index stands | documents a second | chunks a second | MB of a worker and its children | CPU seconds of all workers and their children | seconds by stage, all documents");
        var ours = new List<PeerResult>();
        // Where the model is remote, a worker waits: one lane each, so that it is the waiting that a second worker shares, not the two cores.
        foreach (var (name, workers, count, perBatch, lanes) in new[] { ("instant", 1, Texts, 0, 6), ("instant", 2, Texts, 0, 6), ("remote", 1, TextsWhenRemote, 50, 1), ("remote", 2, TextsWhenRemote, 50, 1) })
        {
            if (arguments.Names.Count > 0 && !arguments.Names.Contains($"{name}-{workers}"))
                continue;
            bench.Embeddings.TimePerBatch = TimeSpan.FromMilliseconds(perBatch);
            var (line, result) = await MeasureAsync(bench, new Run($"{name} | {workers}", workers, lanes), texts[..count], cancellationToken);
            Console.WriteLine(line);
            if (name == "instant")
                ours.Add(result);
        }
        bench.Embeddings.TimePerBatch = TimeSpan.Zero;
        if (arguments.Names.Count == 0 || arguments.Names.Contains("local-1"))
            await MeasureLocalAsync(bench, texts[..TextsWhenLocal], cancellationToken);
        if (arguments.WithPeers)
            await IngestionPeers.RunAsync(bench.Database, bench.Embeddings, texts, ours, cancellationToken);
        return 0;
    }

    private sealed record Run(string Name, int Workers, int Lanes)
    {
        /// <summary>The model that embeds what is measured; null for an instant one.</summary>
        public SentenceEncoder? Encoder { get; init; }
    }

    private static async Task MeasureLocalAsync(IngestionBench bench, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        await using var encoder = new SentenceEncoder(Options.Create(new EmbeddingOptions()), NullLogger<SentenceEncoder>.Instance);
        await encoder.EncodeAsync(["Loads the model."], cancellationToken);
        var (line, result) = await MeasureAsync(bench, new Run("local | 1", 1, 4) { Encoder = encoder }, texts, cancellationToken);
        Console.WriteLine(line);

        // All at once, so that texts of like length meet in a batch better than a document's do.
        var chunks = await ChunksOfLastTenantAsync(bench.Database, cancellationToken);
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

    private static async Task<(string Line, PeerResult Result)> MeasureAsync(IngestionBench bench, Run run, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var workers = Enumerable.Range(0, run.Workers).Select(_ => bench.StartWorker(run.Lanes)).ToList();
        try
        {
            // Documents first, so that nobody's start and compiling are measured.
            var warm = await bench.Database.AddTenantAsync($"warm-{Guid.CreateVersion7():n}", cancellationToken);
            await bench.UploadAsync(warm, Enumerable.Range(0, TextsBefore * run.Workers).Select(i => $"Warm text number {i}. {texts[0]}"), cancellationToken);
            await bench.UntilReadyAsync(warm, cancellationToken);
            await bench.UntilIndexedAsync(warm, cancellationToken);

            bench.Embeddings.Encoder = run.Encoder;
            var tenant = await bench.Database.AddTenantAsync($"run-{Guid.CreateVersion7():n}", cancellationToken);
            var cpu = workers.Sum(worker => worker.ProcessorSeconds);
            var watch = Stopwatch.StartNew();
            await bench.UploadAsync(tenant, texts, cancellationToken);
            var uploading = watch.Elapsed.TotalSeconds;
            var chunks = await bench.UntilReadyAsync(tenant, cancellationToken);
            var seconds = watch.Elapsed.TotalSeconds;
            cpu = workers.Sum(worker => worker.ProcessorSeconds) - cpu;
            // A small tenant gets none.
            if (chunks >= TenantShards.PromotionSize)
                await bench.UntilIndexedAsync(tenant, cancellationToken);
            var indexing = watch.Elapsed.TotalSeconds - seconds;
            var memory = workers.Max(worker => worker.PeakMemory);
            var line =
                $"{run.Name} | {texts.Count} | {chunks} | {uploading:F1} | {seconds:F1} | {indexing:F1} | {texts.Count / seconds:F1} | {chunks / seconds:F0} | {memory / 1_000_000} | {cpu:F1} | {await bench.StagesAsync(tenant, cancellationToken)}";
            return (line, new PeerResult(texts.Count, chunks, seconds, memory));
        }
        finally
        {
            bench.Embeddings.Encoder = null;
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
    }
}
