using Microsoft.EntityFrameworkCore.Migrations;

namespace DocuChat.Core.Persistence;

/// <summary>What EF Core's model cannot say (roles, policies, partitions, functions) stands in SQL files that migrations run by name.</summary>
internal static class SqlScript
{
    public static void SqlFile(this MigrationBuilder migration, string name)
    {
        using var stream =
            typeof(SqlScript).Assembly.GetManifestResourceStream($"DocuChat.Core.Persistence.Sql.{name}.sql")
            ?? throw new InvalidOperationException($"No SQL file named {name}.");
        using var reader = new StreamReader(stream);
        migration.Sql(reader.ReadToEnd());
    }
}
