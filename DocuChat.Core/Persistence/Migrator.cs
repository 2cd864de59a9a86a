using DocuChat.Core.Documents;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DocuChat.Core.Persistence;

/// <summary>Brings a database to the schema of this build, as its owner.</summary>
public sealed partial class Migrator(NpgsqlDataSource source, RoleLogins logins, IServiceScopeFactory scopes, ILogger<Migrator> logger)
{
    /// <summary>Applies what is missing, the queue's tables included. Safe to run again and in parallel: EF Core holds a lock meanwhile.</summary>
    /// <param name="connectionString">The owner's, for the queue's own connections.</param>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached or refuses the change.</exception>
    public async Task MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        var stamp = new SchemaStamp(source, DocumentQueue.Schema);
        if (!await stamp.IsOfThisBuildAsync(cancellationToken))
        {
            await using (var scope = scopes.CreateAsyncScope())
                await scope.ServiceProvider.GetRequiredService<DocuChatDbContext>().Database.MigrateAsync(cancellationToken);
            await DocumentQueue.BuildSchemaAsync(connectionString, cancellationToken);
            await stamp.LeaveAsync(cancellationToken);
        }
        await logins.SetAsync(cancellationToken);
        LogMigrated(logger, SchemaHealthCheck.Wanted);
    }

    [LoggerMessage(1, LogLevel.Information, "The schema is at {Migration}.")]
    private static partial void LogMigrated(ILogger logger, string migration);
}
