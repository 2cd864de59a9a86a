using Microsoft.Extensions.Configuration;
using Npgsql;

namespace DocuChat.Core.Persistence;

/// <summary>
/// Lets the services' roles sign in with <c>Database:AppPassword</c> and <c>Database:OperatorPassword</c>. Where they are not set, services
/// sign in as the owner and SET ROLE.
/// </summary>
/// <param name="source">A connection as the owner of the database.</param>
/// <param name="configuration">Has the passwords, or has not.</param>
public sealed class RoleLogins(NpgsqlDataSource source, IConfiguration configuration)
{
    private const string AppPassword = "Database:AppPassword";
    private const string OperatorPassword = "Database:OperatorPassword";

    /// <summary>Sets the passwords that are configured. Repeating it is harmless.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or the connection may not change roles.</exception>
    public async Task SetAsync(CancellationToken cancellationToken)
    {
        await SetAsync(DatabaseRole.App, configuration[AppPassword], cancellationToken);
        await SetAsync(DatabaseRole.Operator, configuration[OperatorPassword], cancellationToken);
    }

    private async Task SetAsync(string role, string? password, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(password))
            return;
        // ALTER ROLE takes no parameters: the server itself quotes the name and the password.
        await using var format = source.CreateCommand("select format('alter role %I login password %L', $1, $2)");
        format.Parameters.AddWithValue(role);
        format.Parameters.AddWithValue(password);
        await using var alter = source.CreateCommand((string)(await format.ExecuteScalarAsync(cancellationToken))!);
        await alter.ExecuteNonQueryAsync(cancellationToken);
    }
}
