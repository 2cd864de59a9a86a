using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace DocuChat.Tests.Infrastructure;

/// <summary>
/// A migrated database that nobody else uses: <c>await TestDatabase.CreateAsync()</c>, or as <c>IClassFixture&lt;TestDatabase&gt;</c> one
/// for a test class.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private readonly List<NpgsqlDataSource> _sources = [];

    /// <summary>Signs in as the schema's owner, who is no superuser. Services given this one work under their roles by SET ROLE.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The owner: migrations; held by the policies like everybody else.</summary>
    public NpgsqlDataSource Owner { get; private set; } = null!;

    /// <summary>The role of Api and Ingestion: one tenant at a time, once bound with <c>call use_tenant($1)</c>.</summary>
    public NpgsqlDataSource App { get; private set; } = null!;

    /// <summary>The role of Billing: every tenant.</summary>
    public NpgsqlDataSource Operator { get; private set; } = null!;

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        return database;
    }

    public async ValueTask InitializeAsync()
    {
        var cluster = await TestServers.PostgresAsync();
        ConnectionString = await cluster.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        Owner = Source(role: null);
        App = Source(DatabaseRole.App);
        Operator = Source(DatabaseRole.Operator);
    }

    /// <summary>The connection string that a service resolves from <see cref="ConnectionString"/> when it works as <paramref name="role"/>.</summary>
    public string ConnectionStringFor(string? role) =>
        DatabaseConnection.Resolve(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:docuchat", ConnectionString)]).Build(), role);

    /// <summary>A context as a service has it, bound to <paramref name="tenant"/> when one is given. The caller disposes it.</summary>
    public DocuChatDbContext Context(Guid? tenant, string role = DatabaseRole.App)
    {
        var options = new DbContextOptionsBuilder<DocuChatDbContext>();
        PersistenceRegistration.Configure(options, _ => { }, role == DatabaseRole.Operator ? Operator : App);
        var context = new TenantContext();
        if (tenant is { } bound)
            context.Use(bound);
        return new DocuChatDbContext(options.Options, context);
    }

    /// <summary>Adds a tenant with a slug of its own.</summary>
    public async Task<Tenant> AddTenantAsync(string? slug = null)
    {
        slug ??= $"tenant-{Guid.CreateVersion7():n}";
        var tenant = new Tenant { Slug = slug, Name = slug, CreatedAt = TimeProvider.System.GetUtcNow() };
        await using var context = Context(tenant.Id);
        context.Tenants.Add(tenant);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return tenant;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            await source.DisposeAsync();
    }

    private NpgsqlDataSource Source(string? role)
    {
        var builder = new NpgsqlDataSourceBuilder(ConnectionStringFor(role));
        builder.UseVector();
        var source = builder.Build();
        _sources.Add(source);
        return source;
    }
}
