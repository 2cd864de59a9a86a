using Microsoft.Extensions.Configuration;
using Npgsql;

namespace DocuChat.Core.Persistence;

/// <summary>Finds the database and the role to work as.</summary>
public static class DatabaseConnection
{
    private const string Key = "ConnectionStrings:docuchat";
    private const string PoolSize = "Maximum Pool Size";

    /// <summary>Connections of one process at most: transactions are short, none is open while a model streams, and a server takes 100 in all unless told otherwise. More callers wait their turn.</summary>
    private const int DefaultPoolSize = 25;

    private const string AutoPrepare = "Max Auto Prepare";
    private const string NoReset = "No Reset On Close";

    /// <summary>
    /// Statements that a connection keeps prepared: those it met five times. Without them each use parses and plans anew, and giving a connection back to the pool throws away the
    /// plans of functions and foreign keys too. A pooler between that shares connections by transaction needs 0.
    /// </summary>
    internal const int PreparedStatements = 100;

    /// <summary>
    /// The connection string for <paramref name="role"/>, from <c>ConnectionStrings:docuchat</c> or <c>DATABASE_URL</c>. Where it signs in as
    /// another user, each session starts with <c>SET ROLE</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Neither key is set, or its value cannot be read; the message names the key.</exception>
    public static string Resolve(IConfiguration configuration, string? role)
    {
        var builder =
            configuration[Key] is { Length: > 0 } connectionString ? Parse(connectionString)
            : configuration["DATABASE_URL"] is { Length: > 0 } url ? FromUrl(url)
            : throw new InvalidOperationException(
                $"No database is configured: set {Key.Replace(":", "__", StringComparison.Ordinal)} to a connection string, or DATABASE_URL to postgresql://user:password@host:5432/database."
            );
        builder.ApplicationName ??= AppDomain.CurrentDomain.FriendlyName;
        if (!builder.ShouldSerialize(PoolSize))
            builder.MaxPoolSize = DefaultPoolSize;
        if (!builder.ShouldSerialize(AutoPrepare))
            builder.MaxAutoPrepare = PreparedStatements;
        // What is set here (the tenant, how a graph is searched, a lock) ends with its transaction, so there is nothing to reset, which each use would take a twentieth of its time for.
        if (!builder.ShouldSerialize(NoReset))
            builder.NoResetOnClose = true;
        if (role is not null && builder.Username != role)
            builder.Options = $"-c role={role}";
        return builder.ConnectionString;
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException)
        {
            // The inner message may repeat the value, and with it the password.
            throw new InvalidOperationException("ConnectionStrings__docuchat is no PostgreSQL connection string: expected Host=…;Port=…;Username=…;Password=…;Database=….");
        }
    }

    /// <summary>Reads <c>postgres://</c>, <c>postgresql://</c> and <c>postgresql+driver://</c>, the forms that operators have.</summary>
    /// <exception cref="InvalidOperationException">The URL is none of them.</exception>
    public static NpgsqlConnectionStringBuilder FromUrl(string url)
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme.Split('+')[0] is not ("postgres" or "postgresql")
            || uri.Host.Length == 0
            || uri.AbsolutePath.Length < 2
        )
            throw new InvalidOperationException("DATABASE_URL is no PostgreSQL address: expected postgresql://user:password@host:5432/database.");

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]),
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts is ["sslmode" or "ssl", var mode])
                builder.SslMode = Enum.TryParse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var parsed)
                    ? parsed
                    : throw new InvalidOperationException("DATABASE_URL: sslmode must be disable, allow, prefer, require, verify-ca or verify-full.");
        }
        return builder;
    }
}
