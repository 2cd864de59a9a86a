using System.Text.Json;

namespace DocuChat.Tests;

/// <summary>Collections to measure with. They are not part of the repository: <c>DOCUCHAT_DATA</c> names their folder, or they lie beside the clone.</summary>
internal static class SharedData
{
    /// <summary>The folder of a set, or null when it is not on this machine.</summary>
    public static string? Folder(string set)
    {
        if (Environment.GetEnvironmentVariable("DOCUCHAT_DATA") is { Length: > 0 } root)
            return Existing(Path.Combine(root, set));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "data", set)) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>The <c>text</c> of each line of a JSON-lines file of a set.</summary>
    public static IEnumerable<string> Texts(string set, string file) =>
        File.ReadLines(Path.Combine(Folder(set)!, file)).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!);

    private static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;
}
