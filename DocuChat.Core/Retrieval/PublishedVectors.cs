using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pgvector;

namespace DocuChat.Core.Retrieval;

/// <summary>Vectors that a document has already: what did not change in a new version need not be embedded again.</summary>
public static class PublishedVectors
{
    /// <summary>Texts that are looked for at once.</summary>
    private const int SliceSize = 1000;

    /// <summary>The text that stands for a chunk before the model: what a passage is about is often only in its headings.</summary>
    public static string TextOf(string? headingPath, string text) => headingPath is null ? text : $"{headingPath}\n{text}";

    /// <summary>Finds which of these texts the published version of the document has, embedded by the same model.</summary>
    /// <param name="source">A data source of the services' role.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="documentId">The document.</param>
    /// <param name="model">The model; a vector of another one is no use.</param>
    /// <param name="texts">Texts as of <see cref="TextOf"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>By text, its vector, of length 1 and in the precision that it is stored in.</returns>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public static async Task<IReadOnlyDictionary<string, ReadOnlyMemory<float>>> FindAsync(
        NpgsqlDataSource source,
        Guid tenantId,
        Guid documentId,
        EmbeddingModel model,
        IEnumerable<string> texts,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        var found = new Dictionary<string, ReadOnlyMemory<float>>();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        foreach (var slice in texts.Distinct().Chunk(SliceSize))
        {
            // Hashes are compared, so that the texts need not travel.
            var byHash = slice.ToDictionary(text => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } },
                    new(
                        """
                        with hashed as materialized (
                            select id, upper(encode(sha256(convert_to(concat(heading_path || E'\n', text), 'UTF8')), 'hex')) as hash
                            from chunks
                            where tenant_id = $1 and document_id = $2
                        )
                        select c.hash, e.embedding
                        from hashed c
                        join chunk_embeddings e on e.shard = (select shard from tenants where id = $1) and e.tenant_id = $1 and e.model_id = $3 and e.chunk_id = c.id
                        where c.hash = any ($4)
                        """
                    )
                    {
                        Parameters = { new() { Value = tenantId }, new() { Value = documentId }, new() { Value = model.Id }, new() { Value = byHash.Keys.ToArray() } },
                    },
                },
            };
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                found[byHash[reader.GetString(0)]] = Array.ConvertAll(reader.GetFieldValue<HalfVector>(1).ToArray(), value => (float)value);
        }
        return found;
    }
}
