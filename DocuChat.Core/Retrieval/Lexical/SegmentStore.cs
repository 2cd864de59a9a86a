using Npgsql;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>Writes segments within the caller's transaction, which is bound to the tenant.</summary>
internal static class SegmentStore
{
    /// <summary>Adds a segment's row.</summary>
    /// <returns>Its id.</returns>
    public static async Task<long> AddSegmentAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, Guid? documentId, BuiltSegment segment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into lexical_segments (tenant_id, document_id, bits, first_chunk_id, last_chunk_id, chunks, words, bytes)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning id
            """,
            connection,
            transaction
        )
        {
            Parameters =
            {
                new() { Value = tenantId },
                new() { Value = documentId is { } id ? id : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
                new() { Value = segment.Bits },
                new() { Value = segment.FirstChunkId },
                new() { Value = segment.LastChunkId },
                new() { Value = segment.Chunks },
                new() { Value = segment.Words },
                new() { Value = segment.Bytes },
            },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Adds blocks of a segment.</summary>
    public static async Task AddBlocksAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, long segmentId, IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into lexical_blocks (tenant_id, segment_id, bucket, term, postings, data)
            select $1, $2, * from unnest($3, $4, $5, $6)
            """,
            connection,
            transaction
        )
        {
            Parameters =
            {
                new() { Value = tenantId },
                new() { Value = segmentId },
                new() { Value = blocks.Select(block => block.Bucket).ToArray() },
                new() { Value = blocks.Select(block => block.Term).ToArray() },
                new() { Value = blocks.Select(block => block.Postings).ToArray() },
                new() { Value = blocks.Select(block => block.Data).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
