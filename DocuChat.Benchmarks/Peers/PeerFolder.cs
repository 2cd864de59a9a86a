using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DocuChat.Benchmarks.Ingestion;
using Npgsql;

namespace DocuChat.Benchmarks.Peers;

/// <summary>What a peer's script measured.</summary>
/// <param name="Documents">Texts taken in.</param>
/// <param name="Chunks">Chunks that its own splitter made of them.</param>
/// <param name="Seconds">From the first call to the last one's end, after a warm-up with a quarter of the texts.</param>
/// <param name="PeakMemory">Most resident memory of its process, in bytes.</param>
internal sealed record PeerResult(int Documents, long Chunks, double Seconds, long PeakMemory);

/// <summary>How a peer's search went in one state of its table.</summary>
/// <param name="State">Which indexes it had.</param>
/// <param name="BuildSeconds">What making them took.</param>
/// <param name="Milliseconds">Of each question, asked one after the other.</param>
/// <param name="PerSecond">Questions a second, one after the other.</param>
/// <param name="PerSecondAtOnce">Questions a second, several at once.</param>
/// <param name="Found">Of each question, our ids of the chunks that were found.</param>
internal sealed record PeerSearch(string State, double BuildSeconds, double[] Milliseconds, double PerSecond, double PerSecondAtOnce, long[][] Found);

/// <summary>The scripts of this folder, copied to where npm may put the packages that they use.</summary>
internal sealed class PeerFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("docuchat-peers-").FullName;

    private PeerFolder() { }

    /// <summary>Installs what package.json names; null where there is no npm, or it cannot get them.</summary>
    public static async Task<PeerFolder?> InstallAsync(CancellationToken cancellationToken)
    {
        var peers = new PeerFolder();
        try
        {
            foreach (var file in Directory.EnumerateFiles(SourceFolder()).Where(file => Path.GetExtension(file) is ".js" or ".json"))
                File.Copy(file, Path.Combine(peers._folder, Path.GetFileName(file)));
            // @langchain/community lists a hundred optional peers, some of which exclude each other.
            await peers.RunAsync("npm", ["install", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"], [], cancellationToken);
            return peers;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"The peers are left out: npm is missing, or could not install them. {exception.Message}");
            peers.Dispose();
            return null;
        }
    }

    /// <summary>Lets a script take texts into the database, beside the same embedding server.</summary>
    public async Task<PeerResult> IngestAsync(string script, IReadOnlyList<string> texts, int perCall, int atOnce, string database, InstantEmbeddings embeddings, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, "texts.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(texts), cancellationToken);
        var output = await RunAsync("node", [script, file, $"{perCall}", $"{atOnce}"], [.. Database(database), .. Embeddings(embeddings)], cancellationToken);
        return JsonSerializer.Deserialize<PeerResult>(output, JsonSerializerOptions.Web)!;
    }

    /// <summary>Lets a script search the database, whose chunks it copies into a table of its own, with so many questions at once.</summary>
    public async Task<IReadOnlyList<PeerSearch>> SearchAsync(string script, IEnumerable<(Guid Tenant, float[] Vector)> questions, int atOnce, string database, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, "questions.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(questions.Select(question => new { tenant = question.Tenant, vector = question.Vector })), cancellationToken);
        var output = await RunAsync("node", [script, file, $"{atOnce}"], Database(database), cancellationToken);
        return JsonSerializer.Deserialize<List<PeerSearch>>(output, JsonSerializerOptions.Web)!;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // As libpq's variables, which both peers' client reads.
    private static IEnumerable<(string Name, string? Value)> Database(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        return [("PGHOST", server.Host), ("PGPORT", $"{server.Port}"), ("PGUSER", server.Username), ("PGPASSWORD", server.Password ?? ""), ("PGDATABASE", server.Database)];
    }

    private static IEnumerable<(string Name, string? Value)> Embeddings(InstantEmbeddings embeddings) =>
        [("EMBEDDING_BASE_URL", embeddings.BaseUrl), ("EMBEDDING_MODEL", InstantEmbeddings.Model), ("EMBEDDING_DIMENSIONS", $"{InstantEmbeddings.Dimensions}")];

    private async Task<string> RunAsync(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string? Value)> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
