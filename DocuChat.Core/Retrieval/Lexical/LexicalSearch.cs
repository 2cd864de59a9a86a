using Npgsql;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>Runs a <see cref="LexicalQuery"/> in one round trip.</summary>
internal sealed class LexicalSearch(NpgsqlDataSource database)
{
    /// <summary>BM25 of every chunk that shares a term with the question.</summary>
    /// <param name="tenantId">Whose chunks.</param>
    /// <param name="text">The question.</param>
    /// <param name="documentIds">Only in these documents; null for all.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<LexicalScores> SearchAsync(Guid tenantId, string text, IReadOnlyList<Guid>? documentIds, CancellationToken cancellationToken)
    {
        var query = new LexicalQuery(tenantId, text);
        if (!query.HasTerms)
            return query.Score(wanted: null);

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } });
        batch.BatchCommands.Add(query.Command());
        if (documentIds is not null)
        {
            batch.BatchCommands.Add(
                new("select id from chunks where tenant_id = $1 and document_id = any ($2)")
                {
                    Parameters = { new() { Value = tenantId }, new() { Value = documentIds.ToArray() } },
                }
            );
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await query.ReadAsync(reader, cancellationToken);
        HashSet<long>? wanted = null;
        if (documentIds is not null)
        {
            wanted = [];
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                wanted.Add(reader.GetInt64(0));
        }
        return query.Score(wanted);
    }
}
