namespace DocuChat.Core.Models;

/// <summary>
/// The only retry loop around a model. It waits as the server asks (Retry-After), or a doubling while with jitter; a server that asks for
/// more patience than is configured gets none, so that another model can be tried.
/// </summary>
internal sealed class ModelRetry(ModelsOptions options, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs <paramref name="attempt"/>, again after transient failures.</summary>
    /// <exception cref="ModelException">The last attempt failed.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await attempt(cancellationToken);
            }
            catch (ModelException failure) when (WaitAfter(failure, failures) is { } wait)
            {
                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    // A timeout has already cost all the patience there was.
    private TimeSpan? WaitAfter(ModelException failure, int failures)
    {
        if (failures >= options.Retries || !failure.IsTransient || failure.Status == ModelStatus.Timeout)
            return null;
        var wait = failure.RetryAfter ?? FirstWait * (Math.Pow(2, failures) * (0.5 + Random.Shared.NextDouble()));
        return wait <= TimeSpan.FromSeconds(options.LongestRetryWaitSeconds) ? wait : null;
    }
}
