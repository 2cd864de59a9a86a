using DocuChat.Core.Retrieval.Lexical;
using DocuChat.Core.Text.Analysis;
using Npgsql;

namespace DocuChat.Benchmarks.LexicalStorage;

/// <summary>
/// A GIN index over each chunk's array of terms, salted with the tenant; the counts beside it. The index finds the chunks that hold any term, and each of them is then read to be
/// scored; the terms' holders come out of the same rows.
/// </summary>
internal sealed class ArrayWithGin : ILexicalStorage
{
    public string Name => "array and GIN";
    public IReadOnlyList<string> Tables => ["benchmark_arrays"];

    public async Task CreateAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            create table benchmark_arrays (chunk_id bigint primary key, tenant_id uuid not null, words integer not null, terms bigint[] not null, counts smallint[] not null);
            create index on benchmark_arrays using gin (terms)
            """
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task AddAsync(NpgsqlDataSource database, Guid tenantId, IReadOnlyList<AnalysedChunk> chunks, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var copy = await connection.BeginBinaryImportAsync("copy benchmark_arrays (chunk_id, tenant_id, words, terms, counts) from stdin (format binary)", cancellationToken);
        foreach (var chunk in chunks)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(chunk.Id, cancellationToken);
            await copy.WriteAsync(tenantId, cancellationToken);
            await copy.WriteAsync(chunk.Words, cancellationToken);
            await copy.WriteAsync(chunk.Counts.Keys.Select(term => Salted(tenantId, term)).ToArray(), cancellationToken);
            await copy.WriteAsync(chunk.Counts.Values.Select(count => (short)count).ToArray(), cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    public async Task SettleAsync(NpgsqlDataSource database, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("vacuum analyze benchmark_arrays");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<long>> SearchAsync(NpgsqlDataSource database, Guid tenantId, string question, IReadOnlyList<QueryTerm> terms, CorpusFigures figures, CancellationToken cancellationToken)
    {
        var weights = terms.ToDictionary(term => Salted(tenantId, term.Term), term => term.Weight);
        await using var command = database.CreateCommand("select chunk_id, words, terms, counts from benchmark_arrays where terms && $1 and tenant_id = $2");
        command.Parameters.Add(new() { Value = weights.Keys.ToArray() });
        command.Parameters.Add(new() { Value = tenantId });

        var matches = new List<(long Chunk, int Words, long Term, int Count)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (held, counts) = (reader.GetFieldValue<long[]>(2), reader.GetFieldValue<short[]>(3));
                for (var i = 0; i < held.Length; i++)
                {
                    if (weights.ContainsKey(held[i]))
                        matches.Add((reader.GetInt64(0), reader.GetInt32(1), held[i], counts[i]));
                }
            }
        }

        var holders = matches.CountBy(match => match.Term).ToDictionary();
        var scores = new Dictionary<long, double>();
        foreach (var (chunk, words, term, count) in matches)
            scores[chunk] = scores.GetValueOrDefault(chunk) + (weights[term] * Bm25.Idf(figures.Chunks, holders[term]) * Bm25.Saturation(count, words, figures.AverageWords));
        return [.. scores.OrderByDescending(score => score.Value).Take(100).Select(score => score.Key)];
    }

    private static long Salted(Guid tenantId, uint term) => ((long)tenantId.GetHashCode() << 32) | term;
}
