using DocuChat.Core.Text.Analysis;
using Npgsql;

namespace DocuChat.Benchmarks.LexicalStorage;

/// <summary>The plain way: a row for each term of each chunk, ranked by SQL.</summary>
internal sealed class RowPerPosting : ILexicalStorage
{
    public string Name => "a row a posting";
    public IReadOnlyList<string> Tables => ["benchmark_postings"];

    public async Task CreateAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            create table benchmark_postings (
                chunk_id bigint not null, tenant_id uuid not null, term integer not null, count smallint not null, words smallint not null,
                primary key (tenant_id, term, chunk_id))
            """
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task AddAsync(NpgsqlDataSource database, Guid tenantId, IReadOnlyList<AnalysedChunk> chunks, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var copy = await connection.BeginBinaryImportAsync("copy benchmark_postings (chunk_id, tenant_id, term, count, words) from stdin (format binary)", cancellationToken);
        foreach (var chunk in chunks)
        {
            foreach (var (term, count) in chunk.Counts)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(chunk.Id, cancellationToken);
                await copy.WriteAsync(tenantId, cancellationToken);
                await copy.WriteAsync((int)term, cancellationToken);
                await copy.WriteAsync((short)count, cancellationToken);
                await copy.WriteAsync((short)chunk.Words, cancellationToken);
            }
        }
        await copy.CompleteAsync(cancellationToken);
    }

    public async Task SettleAsync(NpgsqlDataSource database, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("vacuum analyze benchmark_postings");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<long>> SearchAsync(NpgsqlDataSource database, Guid tenantId, string question, IReadOnlyList<QueryTerm> terms, CorpusFigures figures, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            with matches as (
                select p.chunk_id, p.count::float8 as count, p.words, q.weight, count(*) over (partition by p.term) as holders
                from unnest($1, $2) as q (term, weight) join benchmark_postings p on p.tenant_id = $3 and p.term = q.term)
            select chunk_id
            from matches
            group by chunk_id
            order by sum(weight * ln(1 + ($4 - holders + 0.5) / (holders + 0.5)) * count * 1.9 / (count + 0.9 * (0.6 + 0.4 * words / $5))) desc
            limit 100
            """
        );
        command.Parameters.Add(new() { Value = terms.Select(term => (int)term.Term).ToArray() });
        command.Parameters.Add(new() { Value = terms.Select(term => (double)term.Weight).ToArray() });
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = (double)figures.Chunks });
        command.Parameters.Add(new() { Value = figures.AverageWords });
        return await Ids.ReadAsync(command, cancellationToken);
    }
}
