using DocuChat.Core.Retrieval.Lexical;
using Npgsql;
using NpgsqlTypes;
using Pgvector;

namespace DocuChat.Core.Retrieval;

/// <summary>A chunk that is to be published.</summary>
/// <param name="Ordinal">Place among the version's chunks, from 0.</param>
/// <param name="Page">Page that it begins on, from 1.</param>
/// <param name="HeadingPath">Headings that it stands under.</param>
/// <param name="CharStart">Begin in the version's extracted text, in UTF-16 code units.</param>
/// <param name="CharEnd">End of the half-open range.</param>
/// <param name="Text">The text that is searched, shown to the model and cited.</param>
/// <param name="Language">As <see cref="Text.LanguageDetector"/> tells it.</param>
/// <param name="Vector">Its embedding; null where the model does not know the language.</param>
public sealed record NewChunk(int Ordinal, int? Page, string? HeadingPath, int CharStart, int CharEnd, string Text, string Language, ReadOnlyMemory<float>? Vector);

/// <summary>The document's version that chunks belong to.</summary>
public sealed record ChunkBatch
{
    public required Guid TenantId { get; init; }
    public required Guid DocumentId { get; init; }
    public required int Version { get; init; }

    /// <summary>Row of <c>embedding_models</c> that the vectors were made with.</summary>
    public required int ModelId { get; init; }

    /// <summary>The document's name or title. Its words are indexed with each chunk: a passage of "Holidays 2026" rarely says that it is about holidays.</summary>
    public string? Title { get; init; }
}

/// <summary>
/// Puts a version's chunks in place of the older ones': rows, vectors and lexical postings, all in the caller's transaction, so that a reader sees the one
/// version or the other.
/// </summary>
public static class ChunkWriter
{
    /// <summary>Rows and vectors that are sent at once, and chunks of a lexical segment: bounds the memory that a very long document takes.</summary>
    private const int SliceSize = 1000;

    /// <summary>Publishes <paramref name="chunks"/> and removes every other version of the document.</summary>
    /// <param name="connection">An open connection of the services' role.</param>
    /// <param name="transaction">Its transaction; it is bound to the tenant here. The caller commits.</param>
    /// <param name="batch">What they belong to.</param>
    /// <param name="chunks">All chunks of the version. None removes the document from search.</param>
    /// <param name="cancellationToken">Cancels; the transaction must then be rolled back.</param>
    public static async Task ReplaceAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ChunkBatch batch, IReadOnlyList<NewChunk> chunks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(chunks);
        var shard = await PrepareAsync(connection, transaction, batch, cancellationToken);
        foreach (var slice in chunks.OrderBy(chunk => chunk.Ordinal).Chunk(SliceSize))
        {
            var ids = await InsertChunksAsync(connection, transaction, batch, slice, cancellationToken);
            await InsertVectorsAsync(connection, transaction, batch, shard, slice, ids, cancellationToken);
            await InsertPostingsAsync(connection, transaction, batch, slice, ids, cancellationToken);
        }
    }

    /// <summary>Binds the transaction, removes what is replaced, and keeps the tenant in its shard until the transaction ends.</summary>
    private static async Task<int> PrepareAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ChunkBatch batch, CancellationToken cancellationToken)
    {
        await using var commands = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("call use_tenant($1)") { Parameters = { new() { Value = batch.TenantId } } },
                // Their embeddings go with them by a trigger. Segments that were merged keep dead postings until they are merged again.
                new("delete from chunks where tenant_id = $1 and document_id = $2") { Parameters = { new() { Value = batch.TenantId }, new() { Value = batch.DocumentId } } },
                new("delete from lexical_segments where tenant_id = $1 and document_id = $2") { Parameters = { new() { Value = batch.TenantId }, new() { Value = batch.DocumentId } } },
                new("select shard from tenants where id = $1 for key share") { Parameters = { new() { Value = batch.TenantId } } },
            },
        };
        return await commands.ExecuteScalarAsync(cancellationToken) as int?
            ?? throw new InvalidOperationException("The tenant of these chunks does not exist.");
    }

    private static async Task<long[]> InsertChunksAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ChunkBatch batch, NewChunk[] chunks, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into chunks (tenant_id, document_id, version, ordinal, page, heading_path, char_start, char_end, text, language)
            select $1, $2, $3, c.* from unnest($4, $5, $6, $7, $8, $9, $10) as c (ordinal, page, heading_path, char_start, char_end, text, language)
            order by c.ordinal
            returning id
            """,
            connection,
            transaction
        )
        {
            Parameters =
            {
                new() { Value = batch.TenantId },
                new() { Value = batch.DocumentId },
                new() { Value = batch.Version },
                new() { Value = chunks.Select(chunk => chunk.Ordinal).ToArray() },
                new() { Value = chunks.Select(chunk => chunk.Page).ToArray() },
                new() { Value = chunks.Select(chunk => chunk.HeadingPath).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = chunks.Select(chunk => chunk.CharStart).ToArray() },
                new() { Value = chunks.Select(chunk => chunk.CharEnd).ToArray() },
                new() { Value = chunks.Select(chunk => chunk.Text).ToArray() },
                new() { Value = chunks.Select(chunk => chunk.Language).ToArray() },
            },
        };
        var ids = new List<long>(chunks.Length);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt64(0));
        return [.. ids];
    }

    private static async Task InsertVectorsAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ChunkBatch batch, int shard, NewChunk[] chunks, long[] ids, CancellationToken cancellationToken)
    {
        var withVector = Enumerable.Range(0, chunks.Length).Where(i => chunks[i].Vector is { Length: > 0 }).ToArray();
        if (withVector.Length == 0)
            return;
        await using var command = new NpgsqlCommand(
            """
            insert into chunk_embeddings (shard, tenant_id, model_id, chunk_id, embedding)
            select $1, $2, $3, * from unnest($4, $5)
            """,
            connection,
            transaction
        )
        {
            Parameters =
            {
                new() { Value = shard },
                new() { Value = batch.TenantId },
                new() { Value = batch.ModelId },
                new() { Value = withVector.Select(i => ids[i]).ToArray() },
                new() { Value = withVector.Select(i => UnitVector.Of(chunks[i].Vector!.Value.Span)).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task InsertPostingsAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ChunkBatch batch, NewChunk[] chunks, long[] ids, CancellationToken cancellationToken)
    {
        var builder = new SegmentBuilder();
        for (var i = 0; i < chunks.Length; i++)
            builder.Add(ids[i], $"{batch.Title}\n{chunks[i].HeadingPath}\n{chunks[i].Text}");
        var segment = builder.Build();
        var id = await SegmentStore.AddSegmentAsync(connection, transaction, batch.TenantId, batch.DocumentId, segment, cancellationToken);
        await SegmentStore.AddBlocksAsync(connection, transaction, batch.TenantId, id, segment.Blocks, cancellationToken);
    }
}
