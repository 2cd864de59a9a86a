using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace DocuChat.Core.Persistence;

/// <summary>Ready means that the database answers and has the schema that this build was made for, or a later one.</summary>
/// <remarks>In plain SQL: through a context, a service would build its whole model for the first probe, half a second and more of its start.</remarks>
internal sealed class SchemaHealthCheck(NpgsqlDataSource source) : IHealthCheck
{
    /// <summary>The newest migration of this build. Ids begin with their time, so that they sort.</summary>
    internal static string Wanted { get; } = typeof(DocuChatDbContext).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Max(StringComparer.Ordinal)!;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var applied = await AppliedAsync(cancellationToken);
        return string.CompareOrdinal(applied, Wanted) >= 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The schema is at {applied ?? "nothing"}, this build needs {Wanted}: run the migrations.");
    }

    private async Task<string?> AppliedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var newest = source.CreateCommand("select max(migration_id collate \"C\") from schema_migrations");
            return await newest.ExecuteScalarAsync(cancellationToken) as string;
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }
}
