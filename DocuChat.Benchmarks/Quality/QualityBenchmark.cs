using DocuChat.Core.Retrieval;
using DocuChat.Core.Retrieval.Lexical;
using DocuChat.Core.Text;
using Npgsql;

namespace DocuChat.Benchmarks.Quality;

internal static class QualityBenchmark
{
    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(arguments.Database, ct);
        foreach (var set in arguments.Names)
        {
            var c = Collection.Load(Path.Combine(arguments.Data, set));
            var tenant = await database.AddTenantAsync(set, ct);
            var ids = c.Documents.ToDictionary(d => Guid.CreateVersion7(), d => d);
            await database.AddDocumentsAsync(tenant, ids.Select(x => (x.Key, x.Value.Title)), ct);
            var sw = System.Diagnostics.Stopwatch.StartNew();
            foreach (var (id, d) in ids)
            {
                await using var con = await database.Services.OpenConnectionAsync(ct);
                await using var tx = await con.BeginTransactionAsync(ct);
                await ChunkWriter.ReplaceAsync(con, tx, new ChunkBatch { TenantId = tenant, DocumentId = id, Version = 1, ModelId = 1, Title = d.Title.Replace('_', ' ') }, [new NewChunk(0, null, null, 0, d.Text.Length, d.Text, LanguageDetector.Detect(d.Text), null)], ct);
                await tx.CommitAsync(ct);
            }
            Console.WriteLine($"load {sw.Elapsed}");
            var docs = new Dictionary<long, string>();
            await using (var cmd = database.Owner.CreateCommand("select id, document_id from chunks"))
            await using (var r = await cmd.ExecuteReaderAsync(ct))
                while (await r.ReadAsync(ct))
                    if (ids.TryGetValue(r.GetGuid(1), out var d)) docs[r.GetInt64(0)] = d.Id;
            sw.Restart();
            var s = new RankingScore(); var n = 0;
            foreach (var q in c.Answerable.Take(500))
            {
                var lq = new LexicalQuery(tenant, q.Text);
                await using var batch = database.Services.CreateBatch();
                batch.BatchCommands.Add(new NpgsqlBatchCommand("call use_tenant($1)") { Parameters = { new() { Value = tenant } } });
                batch.BatchCommands.Add(lq.Command());
                await using (var r = await batch.ExecuteReaderAsync(ct))
                    await lq.ReadAsync(r, ct);
                using var sc = lq.Score();
                s.Add(q.Relevant, [.. sc.Accumulators.Best(100).Select(x => docs[x.ChunkId])]);
                n++;
            }
            Console.WriteLine($"{set}: {s.Ndcg10:f4} R10 {s.Recall10:f4} {sw.Elapsed.TotalMilliseconds / n:f2} ms/query");
        }
        return 0;
    }
}
