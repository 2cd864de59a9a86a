using Microsoft.Extensions.Logging;

namespace DocuChat.Ingestion.Processing;

/// <summary>
/// Renews a claim's lease while its document is worked on, and ends the work when the claim is lost. It runs beside the work, so a stage that
/// takes long is no sign of death. Without the database for a whole lease, the claim counts as lost.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource _lost;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;

    public Heartbeat(ClaimStore claims, Claim claim, TimeSpan lease, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        _lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _beating = BeatAsync(claims, claim, lease, time, logger);
    }

    /// <summary>Fires when the claim is lost or the worker stops.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task BeatAsync(ClaimStore claims, Claim claim, TimeSpan lease, TimeProvider time, ILogger logger)
    {
        var renewed = time.GetTimestamp();
        using var timer = new PeriodicTimer(lease / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    if (!await claims.RenewAsync(claim, _stop.Token))
                        break;
                    renewed = time.GetTimestamp();
                }
                catch (Npgsql.NpgsqlException exception) when (time.GetElapsedTime(renewed) < lease)
                {
                    Log.NotRenewed(logger, exception, claim.DocumentId);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Npgsql.NpgsqlException exception)
        {
            Log.NotRenewed(logger, exception, claim.DocumentId);
        }
        await _lost.CancelAsync();
    }
}
