using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DocuChat.Ingestion.Extraction.Processes;

/// <summary>A child of the worker that reads files: started, asked, watched and killed from here.</summary>
internal sealed class ExtractionProcess : IDisposable
{
    private const int KeptErrors = 4096;

    // What .NET and the programs that it calls need to start; nothing of the worker's settings, which hold its secrets.
    private static readonly string[] _environment =
    [
        "PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "TZ", "SystemRoot", "LD_LIBRARY_PATH", "DOTNET_ROOT", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "TESSDATA_PREFIX",
    ];

    private readonly Process _process;
    private readonly Task<string> _errors;
    private volatile string? _killedFor;

    private ExtractionProcess(Process process)
    {
        _process = process;
        _errors = ReadErrorsAsync(process.StandardError);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Resident memory in bytes; 0 when it has ended.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64;
        }
    }

    /// <summary>Starts a child whose managed heap stays below the options' memory.</summary>
    public static ExtractionProcess Start(ExtractionOptions options)
    {
        var start = new ProcessStartInfo(DotNet(), [typeof(ExtractionProcess).Assembly.Location, ExtractionChild.Command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment.Clear();
        foreach (var name in _environment)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }
        // Below what it is killed for, because the runtime itself takes some: an exception can be told, a killed process only counted.
        start.Environment["DOTNET_GCHeapHardLimit"] = (options.MemoryBytes / 5 * 4).ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        // No sockets of a debugger that a killed process would leave behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new ExtractionProcess(Process.Start(start)!);
    }

    /// <summary>Has a file read.</summary>
    /// <exception cref="IOException">The child ended before it had answered; <see cref="EndAsync"/> says of what.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the child still reads and is of no more use.</exception>
    public async Task<ExtractionReply> AskAsync(ExtractionRequest request, CancellationToken cancellationToken)
    {
        // Some hundred bytes, which the pipe holds: nobody is waited for.
        ExtractionMessages.Write(_process.StandardInput.BaseStream, request, ExtractionJson.Compact.ExtractionRequest);
        return await ExtractionMessages.ReadReplyAsync(_process.StandardOutput.BaseStream, cancellationToken) ?? throw new EndOfStreamException();
    }

    /// <summary>Kills it. The first reason counts.</summary>
    public void Kill(string reason)
    {
        _killedFor ??= reason;
        _process.Kill(entireProcessTree: true);
    }

    /// <summary>Waits for the end of a child that died or was killed, and tells of what.</summary>
    public async Task<ProcessEnd> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return new ProcessEnd(_killedFor, _process.ExitCode, await _errors);
    }

    /// <summary>Ends it, whatever it does.</summary>
    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    // The program that runs this runtime, also where a test or an apphost is the process.
    private static string DotNet() => Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    // Read to its end, so that the child never waits for a reader; only the beginning says what happened.
    private static async Task<string> ReadErrorsAsync(StreamReader errors)
    {
        var kept = new StringBuilder();
        var buffer = new char[1024];
        int read;
        while ((read = await errors.ReadAsync(buffer, CancellationToken.None)) > 0)
            kept.Append(buffer, 0, Math.Min(read, KeptErrors - kept.Length));
        return kept.ToString();
    }
}

/// <summary>How a child ended.</summary>
/// <param name="KilledFor">Why the worker killed it; null when it did not.</param>
/// <param name="ExitCode">128 and the signal's number where it ended by one.</param>
/// <param name="Errors">The beginning of what it wrote to its standard error.</param>
internal sealed record ProcessEnd(string? KilledFor, int ExitCode, string Errors)
{
    private const int Killed = 128 + 9;

    /// <summary>Somebody else killed it, as a system short of memory does. The file need not be the reason.</summary>
    public bool IsForeign => KilledFor is null && ExitCode is 0 or Killed;

    /// <summary>The runtime's last words.</summary>
    public bool IsStackOverflow => Errors.Contains("Stack overflow", StringComparison.Ordinal);

    /// <inheritdoc cref="IsStackOverflow"/>
    public bool IsOutOfMemory => Errors.Contains("Out of memory", StringComparison.OrdinalIgnoreCase) || Errors.Contains(nameof(OutOfMemoryException), StringComparison.Ordinal);
}
