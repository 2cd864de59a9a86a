using System.Collections.Concurrent;
using System.Diagnostics;

namespace DocuChat.Tests.Infrastructure;

/// <summary>
/// A server that lives no longer than this process, however this process ends: the script that runs it watches a pipe that only we hold
/// open, then ends the server and removes its folder.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it wrote so far.</summary>
    public string Output => string.Join(Environment.NewLine, _output);

    /// <summary>Starts <paramref name="script"/> of <c>eng/native</c> and returns when <paramref name="probe"/> no longer throws.</summary>
    /// <exception cref="InvalidOperationException">The server ended, or did not answer in time; the message holds what it wrote.</exception>
    public static async Task<ServerProcess> StartAsync(
        string folder,
        string script,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Func<CancellationToken, Task> probe,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(Repository.PathTo("eng", "native", "while-open.sh"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[folder, Repository.PathTo("eng", "native", script), .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;

        Directory.CreateDirectory(folder);
        var server = new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{script} did not start."));
        try
        {
            await server.WaitAsync(script, probe, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitAsync(string script, Func<CancellationToken, Task> probe, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{script} ended with exit code {_process.ExitCode}:{Environment.NewLine}{Output}");
            try
            {
                await probe(cancellationToken);
                return;
            }
            catch (Exception notYet) when (notYet is not OperationCanceledException && Stopwatch.GetElapsedTime(started) < _patience)
            {
                await Task.Delay(100, cancellationToken);
            }
            catch (Exception never) when (never is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{script} does not answer:{Environment.NewLine}{Output}", never);
            }
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        _output.Enqueue(line.Data);
        while (_output.Count > 200)
            _output.TryDequeue(out _);
    }
}
