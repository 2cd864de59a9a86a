using Microsoft.Extensions.Configuration.Memory;

namespace DocuChat.Billing;

/// <summary>
/// A system that <c>make up</c> started writes its addresses to <c>.data/run.env</c> of the clone. A command that is started beside it reads them
/// from there, below everything that the environment says itself.
/// </summary>
internal static class RunEnvironment
{
    private const string Solution = "DocuChat.sln";
    private const string RunFile = "run.env";

    /// <summary>Adds the file's settings to <paramref name="configuration"/>, where there is one and no database is named otherwise.</summary>
    public static void AddRunEnvironment(this ConfigurationManager configuration)
    {
        if (!string.IsNullOrEmpty(configuration["ConnectionStrings:docuchat"]) || !string.IsNullOrEmpty(configuration["DATABASE_URL"]))
            return;
        if (Find(configuration["DOCUCHAT_STATE"]) is not { } file)
            return;
        var state = Path.GetDirectoryName(file)!;
        // What the operator wrote into the clone's .env, then what the system made of it.
        var dotEnv = Path.Combine(Path.GetDirectoryName(state) ?? state, ".env");
        var settings = File.Exists(dotEnv) ? Read(File.ReadLines(dotEnv)) : [];
        foreach (var (name, value) in Read(File.ReadLines(file)))
            settings[name] = value;
        // The signing key that the system made up once lies beside it, in a file that only its owner reads.
        var key = Path.Combine(state, "jwt-secret");
        if (!settings.ContainsKey("JWT_SECRET") && File.Exists(key))
            settings["JWT_SECRET"] = File.ReadAllText(key).Trim();
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = settings });
    }

    /// <summary>Reads lines <c>NAME=value</c>, with the value in quotes or not.</summary>
    internal static Dictionary<string, string?> Read(IEnumerable<string> lines)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Select(line => line.Trim()))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || line.StartsWith('#'))
                continue;
            var name = line[..at].Trim();
            name = name.StartsWith("export ", StringComparison.Ordinal) ? name[7..].Trim() : name;
            var value = line[(at + 1)..].Trim();
            if (value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'')
                value = value[1..^1];
            settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }
        return settings;
    }

    private static string? Find(string? state)
    {
        if (!string.IsNullOrEmpty(state))
            return Path.Combine(state, RunFile) is var named && File.Exists(named) ? named : null;
        foreach (var start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (!File.Exists(Path.Combine(folder.FullName, Solution)))
                    continue;
                var file = Path.Combine(folder.FullName, ".data", RunFile);
                if (File.Exists(file))
                    return file;
                break;
            }
        }
        return null;
    }
}
