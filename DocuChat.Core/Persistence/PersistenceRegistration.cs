using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace DocuChat.Core.Persistence;

/// <summary>Registers the database: one data source a process, one context a scope, bound to the scope's tenant.</summary>
public static class PersistenceRegistration
{
    /// <summary>
    /// Adds <see cref="NpgsqlDataSource"/>, <see cref="DocuChatDbContext"/> and <see cref="TenantContext"/>, working as <paramref name="role"/>.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="role">One of <see cref="DatabaseRole"/>, or null for the owner (migrations).</param>
    /// <returns>The connection string that was resolved.</returns>
    public static string AddPersistence(this IHostApplicationBuilder builder, string? role)
    {
        var connectionString = DatabaseConnection.Resolve(builder.Configuration, role);
        builder.Services.AddSingleton(_ =>
        {
            var source = new NpgsqlDataSourceBuilder(connectionString);
            source.UseVector();
            return source.Build();
        });
        builder.Services.TryAddScoped<TenantContext>();
        builder.Services.AddDbContext<DocuChatDbContext>((services, options) => Configure(options, npgsql => { }, services.GetRequiredService<NpgsqlDataSource>()));
        builder.EnrichNpgsqlDbContext<DocuChatDbContext>(settings =>
        {
            // Retrying would repeat whole transactions behind the caller's back; each caller knows better what may be repeated.
            settings.DisableRetry = true;
            // Readiness is the schema's version, not a bare connection.
            settings.DisableHealthChecks = true;
        });
        builder.Services.AddHealthChecks().AddCheck<SchemaHealthCheck>("database");
        return connectionString;
    }

    internal static void Configure(DbContextOptionsBuilder options, Action<NpgsqlDbContextOptionsBuilder> configure, NpgsqlDataSource? source = null)
    {
        void Npgsql(NpgsqlDbContextOptionsBuilder npgsql)
        {
            npgsql.UseVector();
            npgsql.MigrationsHistoryTable("schema_migrations");
            configure(npgsql);
        }

        _ = source is null ? options.UseNpgsql(Npgsql) : options.UseNpgsql(source, Npgsql);
        options.UseSnakeCaseNamingConvention().AddInterceptors(new TenantBinding());
    }
}
