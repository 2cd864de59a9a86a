using Cronos;
using DocuChat.Billing.Runs;
using DocuChat.Core.Billing;
using Microsoft.Extensions.Options;

namespace DocuChat.Billing.Sweeps;

/// <summary>Bills by <see cref="BillingOptions.Schedule"/>. What was missed while nothing ran is caught up with by the next run, so there is nothing to remember here.</summary>
internal sealed class ScheduledRuns(BillingRun run, IOptions<BillingOptions> options, TimeProvider time, ILogger<ScheduledRuns> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Schedule.Length == 0)
            return;
        var schedule = CronExpression.Parse(options.Value.Schedule);
        while (schedule.GetNextOccurrence(time.GetUtcNow(), options.Value.Zone) is { } next)
        {
            Log.NextRun(logger, next);
            await WaitUntilAsync(next, stoppingToken);
            try
            {
                await run.RunAsync(new RunRequest(), Console.Out, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Log.ScheduledRunFailed(logger, failure);
            }
        }
    }

    // In small steps: a machine that slept, or a clock that was set, is noticed.
    private async Task WaitUntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        while (moment - time.GetUtcNow() is { Ticks: > 0 } left)
            await Task.Delay(left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1), time, cancellationToken);
    }
}
