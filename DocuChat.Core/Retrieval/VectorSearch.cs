using System.Collections.Concurrent;
using Npgsql;
using Pgvector;

namespace DocuChat.Core.Retrieval;

/// <summary>What the vectors say of a question.</summary>
/// <param name="Nearest">The nearest chunks and their cosines, by falling cosine.</param>
/// <param name="Asked">Cosines of the chunks that were asked about. One that is missing has no vector, so the model has no opinion about it.</param>
internal sealed record VectorScores(IReadOnlyList<ScoredChunk> Nearest, IReadOnlyDictionary<long, float> Asked);

/// <summary>
/// Finds the nearest chunks in the tenant's shard: in a shared one by an exact scan of the tenant's rows, in one of its own through the HNSW index, unless the planner finds that a
/// scan is cheaper.
/// </summary>
internal sealed class VectorSearch(NpgsqlDataSource database)
{
    private const int MostKnownShards = 100_000;

    // However few are wanted: a graph of 100,000 vectors that is searched for ten candidates misses one of sixteen.
    internal const int LeastCandidates = 100;

    // A tenant changes its shard once in its life. Each search reads the true one along and repeats itself when this was stale.
    private readonly ConcurrentDictionary<Guid, int> _shards = new();

    /// <param name="tenantId">Whose chunks.</param>
    /// <param name="model">The model that made <paramref name="question"/>.</param>
    /// <param name="question">The question's vector, of length 1.</param>
    /// <param name="count">Chunks wanted.</param>
    /// <param name="asked">Chunks whose cosine is wanted too.</param>
    /// <param name="documentIds">Only in these documents; null for all.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<VectorScores> SearchAsync(Guid tenantId, EmbeddingModel model, HalfVector question, int count, IReadOnlyList<long> asked, IReadOnlyList<Guid>? documentIds, CancellationToken cancellationToken)
    {
        var shard = _shards.GetValueOrDefault(tenantId);
        while (true)
        {
            var (scores, trueShard) = await SearchAsync(shard, tenantId, model, question, count, asked, documentIds, cancellationToken);
            if (trueShard == shard)
                return scores;
            if (_shards.Count > MostKnownShards)
                _shards.Clear();
            _shards[tenantId] = shard = trueShard;
        }
    }

    private async Task<(VectorScores Scores, int Shard)> SearchAsync(int shard, Guid tenantId, EmbeddingModel model, HalfVector question, int count, IReadOnlyList<long> asked, IReadOnlyList<Guid>? documentIds, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } });
        if (TenantShards.IsOwn(shard))
            batch.BatchCommands.Add(new("call use_vector_search($1)") { Parameters = { new() { Value = Math.Max(count, LeastCandidates) } } });
        batch.BatchCommands.Add(Nearest(shard, tenantId, model, question, count, documentIds));
        if (asked.Count > 0)
            batch.BatchCommands.Add(Asked(shard, tenantId, model, question, asked));
        // Last, so that a promotion between the statements is noticed: it may only be reported too often.
        batch.BatchCommands.Add(new("select shard from tenants where id = $1") { Parameters = { new() { Value = tenantId } } });

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var nearest = await ReadAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var ofAsked = new List<ScoredChunk>();
        if (asked.Count > 0)
        {
            ofAsked = await ReadAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
        }
        var trueShard = await reader.ReadAsync(cancellationToken) ? reader.GetInt32(0) : shard;
        // The graph gives them in nearly the right order.
        nearest.Sort((left, right) => right.Score.CompareTo(left.Score));
        return (new VectorScores(nearest, ofAsked.ToDictionary(chunk => chunk.ChunkId, chunk => chunk.Score)), trueShard);
    }

    // Shard, model and count stand in the text, not among the parameters: they are numbers of ours, and a prepared statement's plan then knows the partition, its partial index and
    // how little is wanted, so that it need not be made anew for each question. The distance is named, because it would be calculated twice a row otherwise.
    private static NpgsqlBatchCommand Nearest(int shard, Guid tenantId, EmbeddingModel model, HalfVector question, int count, IReadOnlyList<Guid>? documentIds)
    {
        var command = new NpgsqlBatchCommand { Parameters = { new() { Value = question }, new() { Value = tenantId } } };
        if (documentIds is not null)
        {
            command.CommandText = Text(
                $"""
                select chunk_id, (-distance)::real
                from (
                    select e.chunk_id, e.embedding <#> $1 as distance
                    from chunks c
                    join chunk_embeddings e on e.shard = {shard} and e.tenant_id = $2 and e.model_id = {model.Id} and e.chunk_id = c.id
                    where c.tenant_id = $2 and c.document_id = any ($3)
                    order by distance limit {count}
                ) as nearest
                """
            );
            command.Parameters.Add(new() { Value = documentIds.ToArray() });
            return command;
        }
        // The index is on vectors of the model's dimension.
        var type = TenantShards.IsOwn(shard) ? Text($"halfvec({model.Dimensions})") : "halfvec";
        command.CommandText = Text(
            $"""
            select chunk_id, (-distance)::real
            from (
                select chunk_id, embedding::{type} <#> $1::{type} as distance
                from chunk_embeddings
                where shard = {shard} and tenant_id = $2 and model_id = {model.Id}
                order by distance limit {count}
            ) as nearest
            """
        );
        return command;
    }

    private static NpgsqlBatchCommand Asked(int shard, Guid tenantId, EmbeddingModel model, HalfVector question, IReadOnlyList<long> asked) =>
        new(
            Text(
                $"""
                select chunk_id, (-(embedding <#> $1))::real from chunk_embeddings
                where shard = {shard} and tenant_id = $2 and model_id = {model.Id} and chunk_id = any ($3)
                """
            )
        )
        {
            Parameters = { new() { Value = question }, new() { Value = tenantId }, new() { Value = asked.ToArray() } },
        };

    private static string Text(FormattableString statement) => FormattableString.Invariant(statement);

    private static async Task<List<ScoredChunk>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var chunks = new List<ScoredChunk>();
        while (await reader.ReadAsync(cancellationToken))
            chunks.Add(new ScoredChunk(reader.GetInt64(0), reader.GetFloat(1)));
        return chunks;
    }
}
