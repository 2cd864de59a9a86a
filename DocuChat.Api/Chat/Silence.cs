using System.Runtime.CompilerServices;

namespace DocuChat.Api.Chat;

/// <summary>Tells when a stream is silent: without a comment every 15 s a proxy takes a thinking model for a dead connection.</summary>
internal static class Silence
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    /// <summary>A comment of server-sent events, which clients pass over.</summary>
    public static ReadOnlyMemory<byte> Comment { get; } = ": keep-alive\n\n"u8.ToArray();

    /// <summary>The items as they come, and in between an entry without one for every 15 s in which none came.</summary>
    public static async IAsyncEnumerable<(bool HasItem, T Item)> WithSilenceAsync<T>(this IAsyncEnumerable<T> items, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var reader = items.GetAsyncEnumerator(leaving.Token);
        var next = reader.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (!await ComesAsync(next, time, cancellationToken))
                {
                    yield return (false, default!);
                    continue;
                }
                if (!await next)
                    yield break;
                yield return (true, reader.Current);
                next = reader.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // Whoever leaves in a silence leaves a read behind, and a reader that still reads cannot be disposed of.
            await leaving.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> ComesAsync(Task next, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await next.WaitAsync(_patience, time, cancellationToken);
            return true;
        }
        catch (TimeoutException) when (!next.IsCompleted)
        {
            return false;
        }
    }
}
