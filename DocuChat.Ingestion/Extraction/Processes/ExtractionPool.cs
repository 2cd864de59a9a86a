using System.Collections.Concurrent;
using DocuChat.Ingestion.Processing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DocuChat.Ingestion.Extraction.Processes;

/// <summary>A child of the worker ended although the file is not known to be the reason; trying again may help.</summary>
internal sealed class ExtractionProcessException(int exitCode) : Exception($"The process that reads documents ended with {exitCode} before it had answered.");

/// <summary>
/// Reads files in child processes, so that no file can take the worker down (see the decision <c>extraction-in-child-processes</c>). Children are used again;
/// one that died, was killed or has grown is replaced. There are never more than are asked at the same time, nor than the options allow: further files wait.
/// </summary>
internal sealed class ExtractionPool(IOptions<ExtractionOptions> options, TimeProvider time, ILogger<ExtractionPool> logger) : IDisposable
{
    private static readonly TimeSpan _watchInterval = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentBag<ExtractionProcess> _idle = [];
    private readonly SemaphoreSlim _free = new(options.Value.Processes);
    private volatile bool _disposed;

    private ExtractionOptions Options => options.Value;

    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="ExtractionException">It cannot be read, or not within the limits; the message says why.</exception>
    /// <exception cref="ExtractionProcessException">The child ended for a reason that is not known to be the file.</exception>
    public async Task<ExtractedDocument> ExtractAsync(string contentType, string path, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await ExtractNowAsync(contentType, path, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<ExtractedDocument> ExtractNowAsync(string contentType, string path, CancellationToken cancellationToken)
    {
        var child = Rent();
        var reusable = false;
        try
        {
            var reply = await AskAsync(child, new ExtractionRequest(contentType, path, Options.Limits, Options.Tesseract), cancellationToken);
            // One that has grown large is replaced rather than trusted to shrink.
            reusable = !reply.IsExhausted && child.WorkingSet is > 0 and var memory && memory < Options.MemoryBytes / 3;
            if (reply.Fault is not null)
                Log.ReaderFault(logger, contentType, reply.Fault);
            return reply.Document ?? throw new ExtractionException(reply.IsExhausted ? TooLarge() : reply.Reason ?? "The document cannot be read.");
        }
        catch (IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(await child.EndAsync(cancellationToken), child.Id);
        }
        finally
        {
            if (reusable && !_disposed)
                _idle.Add(child);
            else
                child.Dispose();
        }
    }

    /// <summary>Process numbers of the children that wait for a file.</summary>
    public IReadOnlyList<int> Idle => [.. _idle.Select(child => child.Id)];

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var child))
            child.Dispose();
    }

    private ExtractionProcess Rent()
    {
        while (_idle.TryTake(out var child))
        {
            if (!child.HasExited)
                return child;
            child.Dispose();
        }
        return ExtractionProcess.Start(Options);
    }

    private async Task<ExtractionReply> AskAsync(ExtractionProcess child, ExtractionRequest request, CancellationToken cancellationToken)
    {
        using var answered = new CancellationTokenSource();
        var watching = WatchAsync(child, answered.Token);
        // A pipe that is read does not listen to the token.
        await using var cancelled = cancellationToken.Register(() => child.Kill("It was cancelled."));
        try
        {
            return await child.AskAsync(request, cancellationToken);
        }
        finally
        {
            await answered.CancelAsync();
            await watching;
        }
    }

    /// <summary>Kills the child when it takes too much memory or too long.</summary>
    private async Task WatchAsync(ExtractionProcess child, CancellationToken answered)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(_watchInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(answered))
            {
                if (time.GetElapsedTime(started) > Options.Time)
                    child.Kill(FormattableString.Invariant($"The document took longer than {Options.Seconds:0.#} s to read. Upload it in parts."));
                else if (child.WorkingSet > Options.MemoryBytes)
                    child.Kill(TooLarge());
            }
        }
        catch (OperationCanceledException)
        {
            // It has answered, or ended.
        }
    }

    private Exception Explain(ProcessEnd end, int processId)
    {
        Log.ReaderEnded(logger, processId, end.ExitCode, end.KilledFor ?? (end.IsStackOverflow ? "stack overflow" : end.IsOutOfMemory ? "out of memory" : "unknown"));
        if (end.KilledFor is not null)
            return new ExtractionException(end.KilledFor);
        if (end.IsStackOverflow)
            return ExtractionLimits.NestedTooDeeply();
        if (end.IsOutOfMemory)
            return new ExtractionException(TooLarge());
        return end.IsForeign ? new ExtractionProcessException(end.ExitCode) : new ExtractionException("The document is damaged: the program that reads it broke down over it.");
    }

    private string TooLarge() => $"The document is too large when unpacked: reading it takes more than {Options.MemoryMegabytes} MB of memory.";
}
