using System.Globalization;
using System.Security.Cryptography;
using DocuChat.Api;
using Npgsql;

namespace DocuChat.Tests.Infrastructure;

/// <summary>
/// The run's PostgreSQL: a throw-away cluster with a migrated template database. The schema's owner is no superuser, so that the tests see
/// what a managed database allows, and forced row-level security holds the owner too.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private const string Admin = "postgres";
    private const string Owner = "docuchat_owner";
    private const string Template = "docuchat_template";

    private readonly int _port = Ports.Free();
    private readonly string _password = RandomNumberGenerator.GetHexString(32);
    private readonly string _folder = TestServers.NewFolder("postgres");
    private ServerProcess? _server;
    private int _databases;

    public static async Task<TestCluster> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new TestCluster();
        cluster._server = await ServerProcess.StartAsync(
            cluster._folder,
            "postgres.sh",
            // The data need not outlive the run, so nothing waits for a disk.
            [cluster._folder, cluster._port.ToString(CultureInfo.InvariantCulture), "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"],
            new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = cluster._password },
            stop => cluster.ExecuteAsync("postgres", "select 1", stop),
            cancellationToken
        );
        try
        {
            await cluster.MakeTemplateAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Clones the migrated template and returns the connection string of the clone's owner.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"test_{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}";
        await ExecuteAsync("postgres", $"create database {name} template {Template} owner {Owner}", cancellationToken);
        return ConnectionString(name, Owner).ConnectionString;
    }

    /// <summary>Makes a database with nothing in it and returns the connection string of its owner.</summary>
    public async Task<string> CreateEmptyDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await ExecuteAsync("postgres", $"create database {name} template template0 owner {Owner}", cancellationToken);
        return ConnectionString(name, Owner).ConnectionString;
    }

    /// <summary>Connects the server's superuser, whom no policy holds.</summary>
    public string AdminConnectionString(string database) => ConnectionString(database, Admin).ConnectionString;

    /// <summary>The same as an operator writes it: <c>postgresql://user:password@host:port/database</c>.</summary>
    public string AdminUrl(string database) => $"postgresql://{Admin}:{_password}@127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}/{database}";

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task MakeTemplateAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("postgres", $"create role {Owner} login createrole password '{_password}'", cancellationToken);
        await ExecuteAsync("postgres", $"create database {Template} owner {Owner}", cancellationToken);
        await ExecuteAsync(Template, "create extension vector", cancellationToken);

        // Unpooled: a database that somebody is connected to cannot be a template.
        var owner = ConnectionString(Template, Owner);
        owner.Pooling = false;
        if (await MigrateCommand.RunAsync([$"--ConnectionStrings:docuchat={owner.ConnectionString}", "--Logging:LogLevel:Default=None"], cancellationToken) is not 0 and var exitCode)
            throw new InvalidOperationException($"The migration of the template database ended with exit code {exitCode}.");
    }

    private async Task ExecuteAsync(string database, string statement, CancellationToken cancellationToken)
    {
        var admin = ConnectionString(database, Admin);
        admin.Pooling = false;
        await using var source = NpgsqlDataSource.Create(admin.ConnectionString);
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlConnectionStringBuilder ConnectionString(string database, string user) =>
        new()
        {
            Host = "127.0.0.1",
            Port = _port,
            Database = database,
            Username = user,
            Password = _password,
            // Each test class has a database, and so pools, of its own: idle ones should not use up the server's connections.
            ConnectionIdleLifetime = 5,
            ConnectionPruningInterval = 1,
            IncludeErrorDetail = true,
        };
}
