using DocuChat.Benchmarks.Ingestion;

namespace DocuChat.Benchmarks.Peers;

/// <summary>The same texts through LangChain.js and LlamaIndex.TS: their splitter, their OpenAI client, their vector store, into the same PostgreSQL.</summary>
internal static class IngestionPeers
{
    // Documents a call and calls at once. LangChain's documentation gives all documents to one call; its store has a pool, so that calls may also run at once.
    // LlamaIndex's store has a single connection and begins transactions on it, so that its calls cannot.
    private static readonly (string Name, string Script, int PerCall, int AtOnce)[] _runs =
    [
        ("LangChain.js", "langchain-ingestion.js", 400, 1),
        ("LangChain.js", "langchain-ingestion.js", 20, 4),
        ("LangChain.js", "langchain-ingestion.js", 1, 8),
        ("LlamaIndex.TS", "llamaindex-ingestion.js", 400, 1),
        ("LlamaIndex.TS", "llamaindex-ingestion.js", 20, 1),
    ];

    /// <summary>Prints each peer's figures, and ours beside the best of each.</summary>
    public static async Task RunAsync(BenchmarkDatabase database, InstantEmbeddings embeddings, IReadOnlyList<string> texts, IReadOnlyList<PeerResult> ours, CancellationToken cancellationToken)
    {
        using var folder = await PeerFolder.InstallAsync(cancellationToken);
        if (folder is null)
            return;
        var results = new List<(string Name, PeerResult Result)>();
        Console.WriteLine();
        Console.WriteLine("peer | documents a call × calls at once | documents | chunks | seconds | documents a second | chunks a second | MB of its process");
        foreach (var (name, script, perCall, atOnce) in _runs)
        {
            var result = await folder.IngestAsync(script, texts, perCall, atOnce, database.ConnectionString, embeddings, cancellationToken);
            results.Add((name, result));
            Console.WriteLine($"{name} | {perCall} × {atOnce} | {result.Documents} | {result.Chunks} | {result.Seconds:F1} | {result.Documents / result.Seconds:F1} | {result.Chunks / result.Seconds:F0} | {result.PeakMemory / 1_000_000}");
        }
        Console.WriteLine();
        Console.WriteLine("ours beside the best of | documents a second | chunks a second | memory");
        foreach (var best in results.GroupBy(peer => peer.Name, (_, runs) => runs.MinBy(run => run.Result.Seconds)))
            foreach (var run in ours)
                Console.WriteLine($"{best.Name} | {Ratio(run, best.Result, result => result.Documents / result.Seconds)} | {Ratio(run, best.Result, result => result.Chunks / result.Seconds)} | {Ratio(run, best.Result, result => result.PeakMemory)}");
    }

    private static string Ratio(PeerResult ours, PeerResult theirs, Func<PeerResult, double> figure) => $"{figure(ours) / figure(theirs):F2}×";
}
