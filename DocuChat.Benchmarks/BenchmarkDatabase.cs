using DocuChat.Core.Documents;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace DocuChat.Benchmarks;

/// <summary>A database of its own for one benchmark, with the real schema, used as the services' role; gone afterwards.</summary>
internal sealed class BenchmarkDatabase : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly string _name;

    private BenchmarkDatabase(NpgsqlConnectionStringBuilder server, string name)
    {
        (_server, _name) = (server, name);
        Owner = Source(role: null);
        Services = Source(DatabaseRole.App);
    }

    /// <summary>For a service, which takes its role itself.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = _name }.ConnectionString;

    /// <summary>Signed in as the owner.</summary>
    public NpgsqlDataSource Owner { get; }

    /// <summary>Working as docuchat_app, as the services do.</summary>
    public NpgsqlDataSource Services { get; }

    /// <summary>Makes the database on the server that <paramref name="connectionString"/> (of a superuser) names.</summary>
    public static async Task<BenchmarkDatabase> CreateAsync(string connectionString, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var name = $"docuchat_benchmark_{Guid.CreateVersion7():n}";
        await ExecuteAsync(server, $"create database {name}", cancellationToken);
        var database = new BenchmarkDatabase(server, name);
        await using var context = Context(database.Owner, new TenantContext());
        await context.Database.MigrateAsync(cancellationToken);
        await DocumentQueue.BuildSchemaAsync(database.ConnectionString, cancellationToken);
        await database.Owner.ReloadTypesAsync(cancellationToken);
        await database.Services.ReloadTypesAsync(cancellationToken);
        return database;
    }

    /// <summary>A new tenant in a shared shard.</summary>
    public async Task<Guid> AddTenantAsync(string slug, CancellationToken cancellationToken)
    {
        await using var context = Context(Owner, new TenantContext());
        var tenant = new Tenant { Slug = slug, Name = slug };
        context.Tenants.Add(tenant);
        await context.SaveChangesAsync(cancellationToken);
        return tenant.Id;
    }

    /// <summary>A row for a document, as if it had been uploaded and published.</summary>
    public async Task AddDocumentsAsync(Guid tenantId, IEnumerable<(Guid Id, string Name)> documents, CancellationToken cancellationToken)
    {
        var tenant = new TenantContext();
        tenant.Use(tenantId);
        await using var context = Context(Owner, tenant);
        foreach (var (id, name) in documents)
        {
            context.Documents.Add(
                new Document
                {
                    Id = id,
                    TenantId = tenantId,
                    Name = name,
                    ContentType = "text/plain",
                    Bytes = 0,
                    Sha256 = id.ToByteArray(),
                    UploadedBy = Guid.Empty,
                    Status = DocumentStatus.Ready,
                    PublishedVersion = 1,
                }
            );
        }
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Rows of chunks 1 to <paramref name="count"/> without text, for benchmarks of what hangs on them.</summary>
    public async Task AddBareChunksAsync(Guid tenantId, int count, CancellationToken cancellationToken)
    {
        var document = Guid.CreateVersion7();
        await AddDocumentsAsync(tenantId, [(document, "document")], cancellationToken);
        await using var command = Owner.CreateCommand(
            """
            insert into chunks (id, tenant_id, document_id, version, ordinal, char_start, char_end, text, language)
            overriding system value select n, $1, $2, 1, n, 0, 0, '', 'fa' from generate_series(1, $3) n
            """
        );
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = document });
        command.Parameters.Add(new() { Value = count });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes dead space free for use and counts, as autovacuum does in time; or writes the tables anew without it.</summary>
    public async Task VacuumAsync(IEnumerable<string> tables, bool isFull, CancellationToken cancellationToken)
    {
        // Names of tables are the benchmarks' own.
        foreach (var table in tables)
        {
            await using var command = Owner.CreateCommand($"vacuum (full {isFull}, analyze) {table}");
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Bytes of tables with their indexes and out-of-line values.</summary>
    public async Task<long> SizeAsync(IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        await using var command = Owner.CreateCommand("select sum(pg_total_relation_size(name::regclass))::bigint from unnest($1) name");
        command.Parameters.Add(new() { Value = tables.ToArray() });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The row of a model.</summary>
    public async Task<EmbeddingModel> AddModelAsync(string name, int dimensions, string[] languages, CancellationToken cancellationToken)
    {
        await using var context = Context(Owner, new TenantContext());
        if (await context.EmbeddingModels.SingleOrDefaultAsync(model => model.Name == name, cancellationToken) is { } known)
            return known;
        var added = new EmbeddingModel { Name = name, Dimensions = dimensions, Languages = languages };
        context.EmbeddingModels.Add(added);
        await context.SaveChangesAsync(cancellationToken);
        return added;
    }

    /// <summary>What keeps the indexes in shape, to be run by hand.</summary>
    public IndexMaintenance Maintenance()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        return new IndexMaintenance(Services, new TenantShards(Services), new RetrievalMetrics(meters), TimeProvider.System, NullLogger<IndexMaintenance>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await Services.DisposeAsync();
        await ExecuteAsync(_server, $"drop database {_name} with (force)", CancellationToken.None);
    }

    private static DocuChatDbContext Context(NpgsqlDataSource source, TenantContext tenant)
    {
        var options = new DbContextOptionsBuilder<DocuChatDbContext>();
        PersistenceRegistration.Configure(options, npgsql => { }, source);
        return new DocuChatDbContext(options.Options, tenant);
    }

    private NpgsqlDataSource Source(string? role)
    {
        var builder = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = _name, MaxAutoPrepare = DatabaseConnection.PreparedStatements, NoResetOnClose = true };
        if (role is not null)
            builder.Options = $"-c role={role}";
        var source = new NpgsqlDataSourceBuilder(builder.ConnectionString);
        source.UseVector();
        return source.Build();
    }

    private static async Task ExecuteAsync(NpgsqlConnectionStringBuilder server, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        // The name is made above: a prefix and hexadecimal digits.
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
