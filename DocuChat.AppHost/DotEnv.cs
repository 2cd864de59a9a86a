namespace DocuChat.AppHost;

/// <summary>Reads a <c>.env</c> file: lines of <c>KEY=value</c>, values bare or quoted, <c>#</c> begins a comment line.</summary>
internal static class DotEnv
{
    public static Dictionary<string, string?> Read(string file)
    {
        var values = new Dictionary<string, string?>();
        if (!File.Exists(file))
            return values;
        foreach (var raw in File.ReadLines(file))
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line["export ".Length..].TrimStart();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#')
                values[line[..equals].TrimEnd()] = Unquoted(line[(equals + 1)..].Trim());
        }
        return values;
    }

    private static string Unquoted(string value) =>
        value is ['"', .., '"'] or ['\'', .., '\''] ? value[1..^1] : value;
}
