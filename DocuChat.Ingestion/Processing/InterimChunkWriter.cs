using DocuChat.Core.Retrieval;
using Npgsql;
using Pgvector;

namespace DocuChat.Core.Retrieval;

internal sealed record NewChunk(int Ordinal, int? Page, string? HeadingPath, int CharStart, int CharEnd, string Text, string Language, ReadOnlyMemory<float>? Vector);

internal sealed record ChunkBatch
{
    public required Guid TenantId { get; init; }
    public required int Shard { get; init; }
    public required Guid DocumentId { get; init; }
    public required int Version { get; init; }
    public required int ModelId { get; init; }
}

/// <summary>Until retrieval's own writer is there: chunks and vectors without the lexical index.</summary>
internal sealed class ChunkWriter
{
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Replaced soon.")]
    public async Task ReplaceAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ChunkBatch target, IReadOnlyList<NewChunk> chunks, CancellationToken cancellationToken)
    {
        await using var delete = new NpgsqlCommand("delete from chunks where document_id = $1", connection, transaction) { Parameters = { new() { Value = target.DocumentId } } };
        await delete.ExecuteNonQueryAsync(cancellationToken);
        foreach (var chunk in chunks)
        {
            await using var insert = new NpgsqlCommand(
                """
                with c as (insert into chunks (tenant_id, document_id, version, ordinal, page, heading_path, char_start, char_end, text, language)
                           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id)
                insert into chunk_embeddings (shard, tenant_id, model_id, chunk_id, embedding) select $11, $1, $12, c.id, $13 from c where $13 is not null
                """,
                connection,
                transaction
            );
            object?[] values =
            [
                target.TenantId, target.DocumentId, target.Version, chunk.Ordinal, chunk.Page, chunk.HeadingPath, chunk.CharStart, chunk.CharEnd, chunk.Text, chunk.Language,
                target.Shard, target.ModelId, chunk.Vector is { } vector ? new HalfVector(vector.ToArray().Select(value => (Half)value).ToArray()) : null,
            ];
            var types = new[] { "uuid", "uuid", "integer", "integer", "integer", "text", "integer", "integer", "text", "text", "integer", "integer", "halfvec" };
            for (var i = 0; i < values.Length; i++)
                insert.Parameters.Add(new() { Value = values[i] ?? DBNull.Value, DataTypeName = types[i] });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
