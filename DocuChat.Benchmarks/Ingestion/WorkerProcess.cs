using System.Diagnostics;
using System.Globalization;
using DocuChat.Ingestion.Processing;

namespace DocuChat.Benchmarks.Ingestion;

/// <summary>A worker in a process of its own, as it runs, with the memory that it and its children took at most.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    private readonly Process _process;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    private WorkerProcess(Process process)
    {
        _process = process;
        _watching = WatchAsync();
    }

    /// <summary>Most memory of the worker and its children together, in bytes; a page that they share counts once (proportional set size).</summary>
    public long PeakMemory { get; private set; }

    /// <summary>Processor time of the worker, and of its children that live and that ended, in seconds.</summary>
    public double ProcessorSeconds => (TicksOf(_process.Id) + ChildrenOf(_process.Id).Sum(TicksOf)) / TicksPerSecond;

    public static WorkerProcess Start(IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(IngestionOptions).Assembly.Location]) { RedirectStandardOutput = true };
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "Error";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return new WorkerProcess(process);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                PeakMemory = Math.Max(PeakMemory, Share(_process.Id) + ChildrenOf(_process.Id).Sum(Share));
        }
        catch (OperationCanceledException)
        {
            // Seen enough.
        }
    }

    // Linux only, as the machines that it is measured on.
    private static IEnumerable<int> ChildrenOf(int id) =>
        Directory.EnumerateDirectories($"/proc/{id}/task").SelectMany(task => Read($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static long Share(int id) =>
        Read($"/proc/{id}/smaps_rollup").Split('\n').FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal)) is { } line
            ? long.Parse(line["Pss:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024
            : 0;

    // Fields 14 to 17 of proc(5)'s stat: user and system time, its own and its ended children's.
    private static long TicksOf(int id) => Read($"/proc/{id}/stat").Split(' ') is { Length: > 16 } fields ? fields[13..17].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) : 0;

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return "";
        }
    }
}
