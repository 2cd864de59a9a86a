using Npgsql;

namespace DocuChat.Core.Persistence;

/// <summary>
/// Says in the database which build last brought it to its schema. Most starts find what they left: to see that costs one query, while
/// finding it out again means building the model twice and starting a message bus. It is a comment, so that it travels with a backup.
/// </summary>
/// <param name="source">A connection as the owner of the database.</param>
/// <param name="schema">The schema that is built last, which carries the comment.</param>
public sealed class SchemaStamp(NpgsqlDataSource source, string schema)
{
    // New with every change of this assembly: its migrations, its SQL, and the versions of what it was compiled with.
    private static readonly string _build = $"DocuChat {typeof(SchemaStamp).Assembly.ManifestModule.ModuleVersionId:N}";

    /// <summary>True where this very build has brought the database to its schema, and none after it.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<bool> IsOfThisBuildAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select obj_description(to_regnamespace($1)::oid, 'pg_namespace') = $2 and to_regclass('schema_migrations') is not null");
        command.Parameters.AddWithValue(schema);
        command.Parameters.AddWithValue(_build);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Leaves the stamp, after all that belongs to the schema is in place.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or the connection is not its owner's.</exception>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        // COMMENT takes no parameters: the server itself quotes the name and the text.
        await using var format = source.CreateCommand("select format('comment on schema %I is %L', $1, $2)");
        format.Parameters.AddWithValue(schema);
        format.Parameters.AddWithValue(_build);
        await using var comment = source.CreateCommand((string)(await format.ExecuteScalarAsync(cancellationToken))!);
        await comment.ExecuteNonQueryAsync(cancellationToken);
    }
}
