using DocuChat.Core.Retrieval.Lexical;
using DocuChat.Core.Text.Analysis;
using Npgsql;

namespace DocuChat.Benchmarks.LexicalStorage;

/// <summary>The storage that DocuChat uses: immutable segments of packed postings, merged as they grow.</summary>
internal sealed class PackedSegments : ILexicalStorage
{
    private int _documents;

    public string Name => "packed segments";
    public IReadOnlyList<string> Tables => ["lexical_segments", "lexical_blocks"];

    public Task CreateAsync(NpgsqlDataSource database, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task AddAsync(NpgsqlDataSource database, Guid tenantId, IReadOnlyList<AnalysedChunk> chunks, CancellationToken cancellationToken)
    {
        var builder = new SegmentBuilder();
        foreach (var chunk in chunks)
            builder.Add(chunk.Id, chunk.Text);
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await using var bind = new NpgsqlCommand("call use_tenant($1)", connection, transaction) { Parameters = { new() { Value = tenantId } } };
            await bind.ExecuteNonQueryAsync(cancellationToken);
            var segment = builder.Build();
            var id = await SegmentStore.AddSegmentAsync(connection, transaction, tenantId, documentId: null, segment, cancellationToken);
            await SegmentStore.AddBlocksAsync(connection, transaction, tenantId, id, segment.Blocks, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        // As the maintenance does beside publishing.
        if (++_documents % 8 == 0)
            await SettleAsync(database, tenantId, cancellationToken);
    }

    public async Task SettleAsync(NpgsqlDataSource database, Guid tenantId, CancellationToken cancellationToken)
    {
        var merger = new SegmentMerger(database);
        while (await merger.MergeAsync(tenantId, cancellationToken)) { }
    }

    public async Task<IReadOnlyList<long>> SearchAsync(NpgsqlDataSource database, Guid tenantId, string question, IReadOnlyList<QueryTerm> terms, CorpusFigures figures, CancellationToken cancellationToken)
    {
        using var scores = await new LexicalSearch(database).SearchAsync(tenantId, question, documentIds: null, cancellationToken);
        return scores.Best(100, new HashSet<long>()).ConvertAll(chunk => chunk.ChunkId);
    }
}
