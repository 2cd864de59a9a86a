using Npgsql;

namespace DocuChat.Core.Retrieval;

/// <summary>Loads passages. A chunk that a lexical segment still names and that is gone is simply not found.</summary>
internal sealed class PassageReader(NpgsqlDataSource database)
{
    /// <summary>The chunks that still exist, by id, without a score.</summary>
    public async Task<Dictionary<long, Passage>> ReadAsync(Guid tenantId, IReadOnlyList<long> chunkIds, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } });
        batch.BatchCommands.Add(
            new(
                """
                select c.id, c.document_id, d.name, c.version, c.page, c.heading_path, c.text, c.char_start, c.char_end
                from chunks c join documents d on d.id = c.document_id
                where c.tenant_id = $1 and c.id = any ($2)
                """
            )
            {
                Parameters = { new() { Value = tenantId }, new() { Value = chunkIds.ToArray() } },
            }
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var passages = new Dictionary<long, Passage>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt64(0);
            passages[id] = new Passage(
                id,
                reader.GetGuid(1),
                reader.GetString(2),
                reader.GetInt32(3),
                reader.IsDBNull(4) ? null : reader.GetInt32(4),
                reader.IsDBNull(5) ? null : reader.GetString(5),
                reader.GetString(6),
                reader.GetInt32(7),
                reader.GetInt32(8),
                Score: 0
            );
        }
        return passages;
    }
}
