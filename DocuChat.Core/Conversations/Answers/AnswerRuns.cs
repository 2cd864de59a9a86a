using System.Collections.Concurrent;
using DocuChat.Core.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Conversations;

/// <summary>The answers that this process makes or has just made.</summary>
public sealed class AnswerRuns(IServiceScopeFactory scopes, IOptions<AnswersOptions> options, TimeProvider time, ILogger<AnswerRuns> logger) : IHostedService
{
    private readonly ConcurrentDictionary<Guid, (AnswerRun Run, Task Making)> _runs = new();

    /// <summary>Begins an answer. It is made whether or not anybody reads it.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="linger">How long it goes on when its last reader has left; null for what is configured.</param>
    public AnswerRun Start(Question question, TimeSpan? linger = null)
    {
        Forget();
        var run = new AnswerRun(question, linger ?? TimeSpan.FromSeconds(options.Value.LingerSeconds), time);
        _runs[question.MessageId] = (run, Task.Run(() => MakeAsync(run)));
        return run;
    }

    /// <summary>The answer with this id, if this process makes it, or made it a short while ago, for this user; else null.</summary>
    public AnswerRun? Find(Guid tenantId, Guid userId, Guid messageId) =>
        _runs.TryGetValue(messageId, out var known) && known.Run.Question is var question && question.TenantId == tenantId && question.UserId == userId ? known.Run : null;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets no answer end without its charge: each is stopped, stored as far as it came, and waited for.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var (run, _) in _runs.Values)
            run.Interrupt();
        await Task.WhenAll(_runs.Values.Select(known => known.Making)).WaitAsync(cancellationToken);
    }

    private async Task MakeAsync(AnswerRun run)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<TenantContext>().Use(run.Question.TenantId);
            await scope.ServiceProvider.GetRequiredService<Answers.AskQuestion>().AnswerAsync(run);
        }
        catch (Exception failure)
        {
            // The end of the line: nobody awaits this task, so what is not told here is never told.
            Log.AnswerFailed(logger, run.Question.MessageId, failure);
            run.Add(new AnswerFailed(500, "Something went wrong on our side.", "The answer could not be finished. Ask again; if it happens again, tell support the trace id."));
        }
        finally
        {
            run.End(time.GetUtcNow());
        }
    }

    private void Forget()
    {
        var old = time.GetUtcNow() - TimeSpan.FromSeconds(options.Value.KeepSeconds);
        foreach (var (id, (run, _)) in _runs)
        {
            if (run.IsEnded && run.EndedAt <= old && _runs.TryRemove(id, out _))
                run.Dispose();
        }
    }
}
