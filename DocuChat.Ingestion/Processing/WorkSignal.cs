using System.Threading.Channels;

namespace DocuChat.Ingestion.Processing;

/// <summary>Wakes idle lanes. It remembers as many calls as there are lanes: more would find nothing to do.</summary>
public sealed class WorkSignal(int lanes, TimeProvider time)
{
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(lanes) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes one lane.</summary>
    public void Wake() => _calls.Writer.TryWrite(true);

    /// <summary>Waits to be woken, but no longer than <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await _calls.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody called: the lane looks by itself.
        }
    }
}
