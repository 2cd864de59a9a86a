using System.Globalization;
using System.Text;
using DocuChat.Benchmarks.Quality;
using DocuChat.Core.Documents;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Tenancy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace DocuChat.Benchmarks.Ingestion;

/// <summary>All that a worker works beside: database, intake, and an embedding server.</summary>
internal sealed class IngestionBench : IAsyncDisposable
{
    private readonly IHost _intake;
    private readonly string _redis;
    private readonly Collection _collection;

    private IngestionBench(BenchmarkDatabase database, InstantEmbeddings embeddings, IHost intake, string redis, Collection collection) =>
        (Database, Embeddings, _intake, _redis, _collection) = (database, embeddings, intake, redis, collection);

    public BenchmarkDatabase Database { get; }

    public InstantEmbeddings Embeddings { get; }

    public static async Task<IngestionBench> CreateAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        var database = await BenchmarkDatabase.CreateAsync(arguments.Database, cancellationToken);
        await DocumentQueue.BuildSchemaAsync(database.ConnectionString, cancellationToken);
        var intake = Intake(database, arguments.Redis);
        await intake.StartAsync(cancellationToken);
        return new IngestionBench(database, await InstantEmbeddings.StartAsync(cancellationToken), intake, arguments.Redis, Collection.Load(Path.Combine(arguments.Data, "xquad-en")));
    }

    public async ValueTask DisposeAsync()
    {
        await _intake.StopAsync(CancellationToken.None);
        _intake.Dispose();
        await Embeddings.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Starts a worker of this many lanes.</summary>
    public WorkerProcess StartWorker(int lanes) =>
        WorkerProcess.Start(
            new Dictionary<string, string>
            {
                ["ConnectionStrings:docuchat"] = Database.ConnectionString,
                ["ConnectionStrings:redis"] = _redis,
                ["OPENAI_BASE_URL"] = Embeddings.BaseUrl,
                ["OPENAI_API_KEY"] = "benchmark",
                ["Ingestion:Parallel"] = lanes.ToString(CultureInfo.InvariantCulture),
                ["Models:Embedding:Name"] = InstantEmbeddings.Model,
                ["Models:Embedding:Dimensions"] = InstantEmbeddings.Dimensions.ToString(CultureInfo.InvariantCulture),
            }
        );

    /// <summary>Texts of the same length, each different, of the passages of a collection.</summary>
    public List<string> Texts(int count, int length)
    {
        var texts = new List<string>();
        for (var i = 0; texts.Count < count; i++)
        {
            var text = new StringBuilder($"Text number {i}.\n\n");
            for (var passage = i * 7; text.Length < length; passage++)
                text.Append(_collection.Documents[passage % _collection.Documents.Count].Text).Append("\n\n");
            text.Length = length;
            texts.Add(text.ToString());
        }
        return texts;
    }

    public async Task UploadAsync(Guid tenant, IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        var number = 0;
        // Four at a time, as a folder is uploaded.
        var options = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(texts, options, async (text, stop) =>
        {
            await using var scope = _intake.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<TenantContext>().Use(tenant);
            var result = await scope.ServiceProvider.GetRequiredService<DocumentIntake>().StoreAsync(Guid.Empty, $"{Interlocked.Increment(ref number)}.txt", new MemoryStream(Encoding.UTF8.GetBytes(text)), stop);
            if (result is not IntakeResult.Stored)
                throw new InvalidOperationException($"A text was refused: {result}");
        });
    }

    /// <returns>How many chunks there are.</returns>
    public async Task<long> UntilReadyAsync(Guid tenant, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var command = Database.Owner.CreateCommand("select count(*) filter (where status <> 'Ready'), count(*) filter (where status = 'Failed'), sum(chunks) from documents where tenant_id = $1");
            command.Parameters.Add(new() { Value = tenant });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (reader.GetInt64(1) > 0)
                throw new InvalidOperationException("A document failed.");
            if (reader.GetInt64(0) == 0)
                return reader.GetInt64(2);
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Waits for the vector index that a tenant gets after its load, which is built in nobody's documents' time.</summary>
    public async Task UntilIndexedAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var command = Database.Owner.CreateCommand("select shard from tenants where id = $1");
        command.Parameters.Add(new() { Value = tenant });
        while (await command.ExecuteScalarAsync(cancellationToken) is int shard && !TenantShards.IsOwn(shard))
            await Task.Delay(50, cancellationToken);
    }

    /// <summary>Seconds by stage of all documents of a tenant.</summary>
    public async Task<string> StagesAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var command = Database.Owner.CreateCommand(
            "select s ->> 'name', sum((s ->> 'seconds')::float8) from documents, jsonb_array_elements(stages) s where tenant_id = $1 group by 1 order by 2 desc"
        );
        command.Parameters.Add(new() { Value = tenant });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stages = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            stages.Add($"{reader.GetString(0)} {reader.GetDouble(1):F1}");
        return string.Join(", ", stages);
    }

    private static IHost Intake(BenchmarkDatabase database, string redis)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:docuchat"] = database.ConnectionString });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(redis));
        builder.AddPersistence(DatabaseRole.App);
        builder.AddDocumentIntake();
        return builder.Build();
    }
}
