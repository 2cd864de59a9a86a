using Npgsql;

namespace DocuChat.Benchmarks.LexicalStorage;

internal static class Ids
{
    /// <summary>The first column of a statement's rows.</summary>
    public static async Task<IReadOnlyList<long>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt64(0));
        return ids;
    }
}
