namespace DocuChat.Billing.Sweeps;

/// <summary>Work that is looked for again and again. A failure is logged and the next look goes on; replicas may look at once.</summary>
internal abstract class Sweep(TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundService
{
    protected TimeProvider Time { get; } = time;

    /// <summary>Does what there is to do now.</summary>
    public abstract Task OnceAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, Time);
        do
        {
            try
            {
                await OnceAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Log.SweepFailed(logger, failure, GetType().Name, interval);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
