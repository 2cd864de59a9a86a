using DocuChat.Core.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DocuChat.Ingestion.Processing;

/// <summary>
/// The worker itself: a fixed number of lanes, each of which takes the fairest waiting document, processes it, and takes the next; when none
/// waits, it sleeps until a message wakes it or some seconds have passed. The latter finds what no message tells: leases that ran out,
/// repeats that became due, messages that were lost.
/// </summary>
internal sealed class Lanes(
    ClaimStore claims,
    DocumentProcessor processor,
    WorkSignal signal,
    IOptions<IngestionOptions> options,
    TimeProvider time,
    ILogger<Lanes> logger
) : BackgroundService
{
    private static readonly TimeSpan _pauseAfterError = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // Two seconds that the first document would wait for otherwise.
        _ = TokenCounter.Count("warm");
        await Task.WhenAll(Enumerable.Range(0, options.Value.Parallel).Select(_ => RunAsync(stoppingToken)));
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RunOnceAsync(CancellationToken stopping)
    {
        Claim? claim;
        try
        {
            claim = await claims.TakeAsync(stopping);
        }
        catch (Npgsql.NpgsqlException exception)
        {
            Log.QueueUnreachable(logger, exception, _pauseAfterError);
            await Task.Delay(_pauseAfterError, time, stopping);
            return;
        }
        if (claim is null)
        {
            await signal.WaitAsync(options.Value.Idle, stopping);
            return;
        }

        // Where one waits there may be more, and their messages may be lost.
        signal.Wake();
        try
        {
            await processor.ProcessAsync(claim, stopping);
        }
        catch (Npgsql.NpgsqlException exception)
        {
            Log.OutcomeNotStored(logger, exception, claim.DocumentId);
        }
    }
}
