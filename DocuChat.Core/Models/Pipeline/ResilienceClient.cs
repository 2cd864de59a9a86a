using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace DocuChat.Core.Models.Pipeline;

/// <summary>
/// Tries one model again as <see cref="ModelRetry"/> allows, and not at all while its circuit is open. Yields nothing before the first
/// text, so a failure up to there can still be mended by another model.
/// </summary>
internal sealed class ResilienceClient(IChatClient inner, string model, ModelRetry retry, CircuitBreaker breaker) : StreamingClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using var stream = await OpenAsync(messages, options, cancellationToken);
        foreach (var update in stream.Head)
            yield return update;
        while (await stream.Rest.MoveNextAsync())
            yield return stream.Rest.Current;
    }

    private async Task<OpenStream> OpenAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        if (!breaker.TryEnter())
            throw new ModelException(model, ModelStatus.CircuitOpen, $"{model} failed several times in a row and is left alone for a while.");
        try
        {
            var stream = await retry.RunAsync(token => OpenStream.OpenAsync(InnerClient, messages, options, token), cancellationToken);
            breaker.Succeeded();
            return stream;
        }
        catch (ModelException failure) when (failure.IsTransient)
        {
            breaker.Failed();
            throw;
        }
        catch
        {
            breaker.Abandoned();
            throw;
        }
    }

    /// <summary>A stream that has reached its first text, or its end.</summary>
    private sealed class OpenStream(IReadOnlyList<ChatResponseUpdate> head, IAsyncEnumerator<ChatResponseUpdate> rest) : IAsyncDisposable
    {
        public IReadOnlyList<ChatResponseUpdate> Head { get; } = head;

        public IAsyncEnumerator<ChatResponseUpdate> Rest { get; } = rest;

        public static async Task<OpenStream> OpenAsync(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
        {
            var updates = client.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                var head = new List<ChatResponseUpdate>();
                while (await updates.MoveNextAsync())
                {
                    head.Add(updates.Current);
                    if (updates.Current.Text.Length > 0)
                        break;
                }
                return new OpenStream(head, updates);
            }
            catch
            {
                await updates.DisposeAsync();
                throw;
            }
        }

        public ValueTask DisposeAsync() => Rest.DisposeAsync();
    }
}
