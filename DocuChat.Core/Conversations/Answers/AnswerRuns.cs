using System.Collections.Concurrent;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Conversations;

/// <summary>The answers that this process makes or has just made; and by <see cref="SharedAnswers"/>, those of the other replicas.</summary>
public sealed class AnswerRuns : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Guid, (AnswerRun Run, Task Making, Task Sharing)> _runs = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly IServiceScopeFactory _scopes;
    private readonly SharedAnswers _shared;
    private readonly AnswersOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _forgetting;

    /// <summary>Made by the container.</summary>
    public AnswerRuns(IServiceScopeFactory scopes, SharedAnswers shared, IOptions<AnswersOptions> options, TimeProvider time, ILogger<AnswerRuns> logger)
    {
        (_scopes, _shared, _options, _time, _logger) = (scopes, shared, options.Value, time, logger);
        var period = TimeSpan.FromSeconds(Math.Max(1, _options.KeepSeconds / 4));
        _forgetting = time.CreateTimer(_ => Forget(), null, period, period);
    }

    /// <summary>Begins an answer. It is made whether or not anybody reads it.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="linger">How long it goes on when its last reader has left; null for what is configured.</param>
    public AnswerRun Start(Question question, TimeSpan? linger = null)
    {
        var run = new AnswerRun(question, linger ?? TimeSpan.FromSeconds(_options.LingerSeconds), _time);
        var making = Task.Run(() => MakeAsync(run));
        // A caller that keeps the conversation itself has no name to come back by.
        var sharing = question.Earlier is null ? Task.Run(() => _shared.ShareAsync(run, _closing.Token)) : Task.CompletedTask;
        _runs[question.MessageId] = (run, making, sharing);
        return run;
    }

    /// <summary>An answer's events after the one numbered <paramref name="after"/>, whichever replica makes it or made it a short while ago; null where none does.</summary>
    /// <exception cref="StackExchange.Redis.RedisException">It is not made here, and Redis, which knows the others, cannot be reached.</exception>
    public async Task<IAsyncEnumerable<(int Number, AnswerEvent Event)>?> ReadAsync(AnswerId id, int after, CancellationToken cancellationToken) =>
        Find(id) is { } run ? run.ReadAsync(after, cancellationToken)
        : await _shared.ExistsAsync(id) ? _shared.ReadAsync(id, after, cancellationToken)
        : null;

    /// <summary>Stops an answer, whichever replica makes it; what came so far is kept, and charged.</summary>
    /// <returns>False where there is no such answer.</returns>
    /// <exception cref="StackExchange.Redis.RedisException">It is not made here, and Redis, which knows the others, cannot be reached.</exception>
    public async Task<bool> StopAsync(AnswerId id)
    {
        if (Find(id) is not { } run)
            return await _shared.StopAsync(id);
        run.Stop();
        return true;
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => _shared.ListenAsync(Hear);

    /// <summary>Lets no answer end without its charge: each is stopped, stored as far as it came, and waited for.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var (run, _, _) in _runs.Values)
            run.Interrupt();
        await Task.WhenAll(_runs.Values.Select(known => known.Making)).WaitAsync(cancellationToken);
        await _closing.CancelAsync();
        await Task.WhenAll(_runs.Values.Select(known => known.Sharing)).WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _forgetting.Dispose();
        _closing.Dispose();
    }

    private AnswerRun? Find(AnswerId id) => _runs.TryGetValue(id.MessageId, out var known) && known.Run.Question.AnswerId == id ? known.Run : null;

    private void Hear(AnswerId id, bool stop)
    {
        if (Find(id) is not { } run)
            return;
        if (stop)
            run.Stop();
        else
            run.Touch(SharedAnswers.Presence);
    }

    private async Task MakeAsync(AnswerRun run)
    {
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<TenantContext>().Use(run.Question.TenantId);
            await scope.ServiceProvider.GetRequiredService<Answers.AskQuestion>().AnswerAsync(run);
        }
        catch (Exception failure)
        {
            // The end of the line: nobody awaits this task, so what is not told here is never told.
            Log.AnswerFailed(_logger, run.Question.MessageId, failure);
            run.Add(
                DatabaseFaults.IsAway(failure)
                    ? new AnswerFailed(503, "Our database does not answer.", "Most likely the answer was not stored: look into the conversation in a minute, and ask again if it is not there. What a model had written by then may be charged.")
                    : new AnswerFailed(500, "Something went wrong on our side.", "The answer could not be finished. Ask again; if it happens again, tell support the trace id.")
            );
        }
        finally
        {
            run.End(_time.GetUtcNow());
        }
    }

    private void Forget()
    {
        var old = _time.GetUtcNow() - TimeSpan.FromSeconds(_options.KeepSeconds);
        foreach (var (id, (run, _, sharing)) in _runs)
        {
            if (run.IsEnded && run.EndedAt <= old && sharing.IsCompleted && _runs.TryRemove(id, out _))
                run.Dispose();
        }
    }
}
