using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DocuChat.Core.Persistence;

/// <summary>Brings a database to the schema of this build, as its owner.</summary>
public sealed partial class Migrator(DocuChatDbContext database, NpgsqlDataSource source, IConfiguration configuration, ILogger<Migrator> logger)
{
    private const string AppPassword = "Database:AppPassword";
    private const string OperatorPassword = "Database:OperatorPassword";

    /// <summary>
    /// Applies what is missing. Safe to run again and in parallel: EF Core holds a lock meanwhile. Where <c>Database:AppPassword</c> and
    /// <c>Database:OperatorPassword</c> are set, the services' roles may then sign in with them; else services sign in as the owner and SET ROLE.
    /// </summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await database.Database.MigrateAsync(cancellationToken);
        await LetSignInAsync(DatabaseRole.App, configuration[AppPassword], cancellationToken);
        await LetSignInAsync(DatabaseRole.Operator, configuration[OperatorPassword], cancellationToken);
        LogMigrated(logger, database.Database.GetMigrations().Last());
    }

    private async Task LetSignInAsync(string role, string? password, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(password))
            return;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        // ALTER ROLE takes no parameters: the server itself quotes the name and the password.
        await using var format = new NpgsqlCommand("select format('alter role %I login password %L', $1, $2)", connection)
        {
            Parameters = { new() { Value = role }, new() { Value = password } },
        };
        var statement = (string)(await format.ExecuteScalarAsync(cancellationToken))!;
        await using var alter = new NpgsqlCommand(statement, connection);
        await alter.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Information, "The schema is at {Migration}.")]
    private static partial void LogMigrated(ILogger logger, string migration);
}
