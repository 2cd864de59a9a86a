using System.Globalization;
using DocuChat.Core.Retrieval;
using Npgsql;

namespace DocuChat.Benchmarks.Retrieval;

/// <summary>The vector side's own statement and nothing else: no tenant to bind, no policy, one connection.</summary>
internal sealed class BareSearch : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly EmbeddingModel _model;
    private readonly int _count;
    private readonly Dictionary<Guid, int> _shards = [];

    private BareSearch(NpgsqlConnection connection, EmbeddingModel model, int count) => (_connection, _model, _count) = (connection, model, count);

    public static async Task<BareSearch> OpenAsync(BenchmarkDatabase database, EmbeddingModel model, int count, CancellationToken cancellationToken)
    {
        var bare = new BareSearch(await database.Owner.OpenConnectionAsync(cancellationToken), model, count);
        await using var settings = new NpgsqlCommand(
            // The service's own settings, so that both search the graph alike.
            "select set_config('hnsw.iterative_scan', 'relaxed_order', false), set_config('hnsw.ef_search', $1::text, false), id, shard from tenants",
            bare._connection
        )
        {
            Parameters = { new() { Value = Math.Max(count, VectorSearch.LeastCandidates) } },
        };
        await using var reader = await settings.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            bare._shards.Add(reader.GetGuid(2), reader.GetInt32(3));
        return bare;
    }

    public async Task<IReadOnlyList<long>> SearchAsync(Question question, CancellationToken cancellationToken)
    {
        var shard = _shards[question.Tenant.Id];
        // Numbers of ours, as the service writes them.
        var type = TenantShards.IsOwn(shard) ? string.Create(CultureInfo.InvariantCulture, $"halfvec({_model.Dimensions})") : "halfvec";
        var statement = string.Create(
            CultureInfo.InvariantCulture,
            $"select chunk_id from chunk_embeddings where shard = {shard} and tenant_id = $2 and model_id = {_model.Id} order by embedding::{type} <#> $1::{type} limit {_count}"
        );
        await using var command = new NpgsqlCommand(statement, _connection) { Parameters = { new() { Value = UnitVector.Of(question.Vector) }, new() { Value = question.Tenant.Id } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.GetInt64(0));
        return found;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
