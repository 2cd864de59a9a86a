using DocuChat.Core.Retrieval;
using Npgsql;

namespace DocuChat.Core.Conversations.Citations;

/// <summary>Reads what is stored for the passages of an answer: a passage whose text is gone, or is another by now, cites nothing.</summary>
internal sealed class StoredPassages(NpgsqlDataSource source)
{
    /// <summary>The stored passages in the order of <paramref name="passages"/>; null where the stored text is not the passage's.</summary>
    public async Task<IReadOnlyList<StoredPassage?>> ReadAsync(Guid tenantId, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        var texts = new string?[passages.Count];
        var pages = new List<StoredPage>();
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(Command("call use_tenant($1)", tenantId));
        // PostgreSQL counts code points where offsets count UTF-16 code units: where a text has characters of two units before the passage,
        // this slice lies too far to the right, and the beginning of the text is read instead.
        batch.BatchCommands.Add(
            Command(
                """
                select p.place::int, substring(t.text from p.char_start + 1 for p.char_end - p.char_start)
                from unnest($1, $2, $3, $4) with ordinality as p (document_id, version, char_start, char_end, place)
                join document_texts t on t.document_id = p.document_id and t.version = p.version
                """,
                Keys(passages)
            )
        );
        batch.BatchCommands.Add(
            Command(
                """
                select distinct on (g.document_id, g.version, g.page) g.document_id, g.version, g.page, g.char_start, g.char_end, g.word_boxes
                from unnest($1, $2, $3, $4) as p (document_id, version, char_start, char_end)
                join document_pages g on g.document_id = p.document_id and g.version = p.version and g.char_start < p.char_end and g.char_end > p.char_start
                order by g.document_id, g.version, g.page
                """,
                Keys(passages)
            )
        );
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                texts[reader.GetInt32(0) - 1] = reader.GetString(1);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                pages.Add(new StoredPage(reader.GetGuid(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4), await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetFieldValue<byte[]>(5)));
        }

        var stored = new StoredPassage?[passages.Count];
        for (var i = 0; i < passages.Count; i++)
        {
            var passage = passages[i];
            if (texts[i] is { } slice && slice != passage.Text)
                texts[i] = await FromBeginningAsync(tenantId, passage, cancellationToken);
            if (texts[i] is { } text)
                stored[i] = new StoredPassage(passage, text, [.. pages.Where(page => page.DocumentId == passage.DocumentId && page.Version == passage.Version)]);
        }
        return stored;
    }

    private async Task<string?> FromBeginningAsync(Guid tenantId, Passage passage, CancellationToken cancellationToken)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(Command("call use_tenant($1)", tenantId));
        batch.BatchCommands.Add(Command("select left(text, $3) from document_texts where document_id = $1 and version = $2", passage.DocumentId, passage.Version, passage.CharEnd));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var beginning = reader.GetString(0);
        return beginning.Length >= passage.CharEnd ? beginning[passage.CharStart..passage.CharEnd] : null;
    }

    private static object[] Keys(IReadOnlyList<Passage> passages) =>
        [
            passages.Select(passage => passage.DocumentId).ToArray(),
            passages.Select(passage => passage.Version).ToArray(),
            passages.Select(passage => passage.CharStart).ToArray(),
            passages.Select(passage => passage.CharEnd).ToArray(),
        ];

    private static NpgsqlBatchCommand Command(string text, params object[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
