using System.Runtime.CompilerServices;

namespace DocuChat.Core.Conversations;

/// <summary>
/// An answer in the making. It lives apart from the request that asked for it: its events are kept in order, and any number of readers may
/// read them from any place. When the last one leaves, or none comes, it goes on for a while, then stops.
/// </summary>
public sealed class AnswerRun : IDisposable
{
    // Whoever asked has yet to begin to read; one that is gone by then must not let it run to its end.
    private static readonly TimeSpan _firstReader = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<AnswerEvent> _events = [];
    private readonly CancellationTokenSource _stop;
    private readonly TimeSpan _linger;
    private readonly TimeProvider _time;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _readers;
    private DateTimeOffset _readElsewhereUntil;

    internal AnswerRun(Question question, TimeSpan linger, TimeProvider time)
    {
        Question = question;
        _linger = linger;
        _time = time;
        _stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Stopping = _stop.Token;
        _stop.CancelAfter(linger + _firstReader);
    }

    /// <summary>What is answered.</summary>
    public Question Question { get; }

    /// <summary>Whether its last event is there.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether somebody asked it to stop, rather than everybody having left.</summary>
    internal bool IsStopAsked { get; private set; }

    internal DateTimeOffset EndedAt { get; private set; }

    internal CancellationToken Stopping { get; }

    /// <summary>Stops the model; what came so far is kept, and charged.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (IsEnded)
                return;
            IsStopAsked = true;
        }
        Interrupt();
    }

    /// <summary>Reads the events after the one numbered <paramref name="after"/> (the first is 1), up to the last one, as they come.</summary>
    public async IAsyncEnumerable<(int Number, AnswerEvent Event)> ReadAsync(int after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            for (var next = Math.Max(after, 0); ; next++)
            {
                AnswerEvent? @event;
                while ((@event = At(next, out var changed)) is null)
                {
                    if (changed is null)
                        yield break;
                    await changed.WaitAsync(cancellationToken);
                }
                yield return (next + 1, @event);
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Waits for the last event, and gives what the caller makes of it.</summary>
    public async Task<T> EndAsync<T>(Func<Answer, T> done, Func<AnswerFailed, T> failed, CancellationToken cancellationToken)
    {
        var last = default(AnswerEvent);
        await foreach (var (_, @event) in ReadAsync(0, cancellationToken))
            last = @event;
        return last switch
        {
            AnswerDone whole => done(whole.Answer),
            AnswerFailed failure => failed(failure),
            _ => throw new InvalidOperationException("The answer ended without a last event."),
        };
    }

    /// <summary>Somebody reads it in another process: it goes on for at least <paramref name="presence"/>.</summary>
    internal void Touch(TimeSpan presence)
    {
        lock (_lock)
        {
            _readElsewhereUntil = _time.GetUtcNow() + presence;
            if (_readers == 0)
                Linger();
        }
    }

    /// <summary>The events after the one numbered <paramref name="after"/>, as soon as there are some or it has ended, or none after <paramref name="patience"/>. Who asks is no reader.</summary>
    internal async Task<(IReadOnlyList<AnswerEvent> Events, bool IsEnded)> NextAsync(int after, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        Task changed;
        lock (_lock)
        {
            if (_events.Count > after || IsEnded)
                return (_events[after..], IsEnded);
            changed = _changed.Task;
        }
        try
        {
            await changed.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing happened.
        }
        lock (_lock)
            return (_events[after..], IsEnded);
    }

    /// <summary>Stops the model because this process ends.</summary>
    internal void Interrupt() => _stop.Cancel();

    internal void Add(AnswerEvent @event)
    {
        lock (_lock)
            _events.Add(@event);
        Wake();
    }

    internal void End(DateTimeOffset now)
    {
        lock (_lock)
            (IsEnded, EndedAt) = (true, now);
        Wake();
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();

    private AnswerEvent? At(int index, out Task? changed)
    {
        lock (_lock)
        {
            changed = IsEnded ? null : _changed.Task;
            return index < _events.Count ? _events[index] : null;
        }
    }

    private void Wake()
    {
        TaskCompletionSource changed;
        lock (_lock)
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        changed.SetResult();
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (++_readers == 1 && !IsEnded)
                _stop.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_readers == 0)
                Linger();
        }
    }

    // A reader in another process is one too, also when the last one here leaves.
    private void Linger()
    {
        if (IsEnded)
            return;
        var presence = _readElsewhereUntil - _time.GetUtcNow();
        _stop.CancelAfter(presence > _linger ? presence : _linger);
    }
}
