using System.Diagnostics;
using System.Globalization;

namespace DocuChat.Benchmarks.Ingestion;

/// <summary>What a worker and its children take at most for texts of one size, by sizes. <c>ingestion-memory [size …]</c>, in characters; each size has a worker of its own, and as much text in all.</summary>
internal static class IngestionMemoryBenchmark
{
    private const int CharactersInAll = 16_000_000;
    private const int Lanes = 6;

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var bench = await IngestionBench.CreateAsync(arguments, cancellationToken);
        Console.WriteLine("characters a document | documents | chunks | seconds | MB of a worker and its children at most");
        foreach (var length in arguments.Names.Count > 0 ? arguments.Names.Select(name => int.Parse(name, CultureInfo.InvariantCulture)) : [20_000, 200_000, 2_000_000, 16_000_000])
        {
            await using var worker = bench.StartWorker(Lanes);
            var tenant = await bench.Database.AddTenantAsync($"memory-{Guid.CreateVersion7():n}", cancellationToken);
            var watch = Stopwatch.StartNew();
            await bench.UploadAsync(tenant, bench.Texts(Math.Max(1, CharactersInAll / length), length), cancellationToken);
            var chunks = await bench.UntilReadyAsync(tenant, cancellationToken);
            var seconds = watch.Elapsed.TotalSeconds;
            // The vector index is built after it.
            await bench.UntilIndexedAsync(tenant, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{length} | {Math.Max(1, CharactersInAll / length)} | {chunks} | {seconds:F1} | {worker.PeakMemory / 1_000_000}"));
        }
        return 0;
    }
}
