using System.Globalization;
using DocuChat.Core.Retrieval;
using Npgsql;

namespace DocuChat.Benchmarks.Retrieval;

/// <summary>The vector side's own statement and nothing else: no tenant to bind, no policy, one connection.</summary>
internal sealed class BareSearch : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly EmbeddingModel _model;
    private readonly Dictionary<Guid, int> _shards = [];

    private BareSearch(NpgsqlConnection connection, EmbeddingModel model) => (_connection, _model) = (connection, model);

    public static async Task<BareSearch> OpenAsync(BenchmarkDatabase database, EmbeddingModel model, CancellationToken cancellationToken)
    {
        var bare = new BareSearch(await database.Owner.OpenConnectionAsync(cancellationToken), model);
        await using var settings = new NpgsqlCommand("set hnsw.iterative_scan = relaxed_order; set hnsw.ef_search = 40; select id, shard from tenants", bare._connection);
        await using var reader = await settings.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            bare._shards.Add(reader.GetGuid(0), reader.GetInt32(1));
        return bare;
    }

    public async Task<IReadOnlyList<long>> SearchAsync(Question question, CancellationToken cancellationToken)
    {
        var shard = _shards[question.Tenant.Id];
        // Numbers of ours, as the service writes them.
        var type = TenantShards.IsOwn(shard) ? string.Create(CultureInfo.InvariantCulture, $"halfvec({_model.Dimensions})") : "halfvec";
        var statement = string.Create(
            CultureInfo.InvariantCulture,
            $"select chunk_id from chunk_embeddings where shard = {shard} and tenant_id = $2 and model_id = {_model.Id} order by embedding::{type} <#> $1::{type} limit 10"
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
