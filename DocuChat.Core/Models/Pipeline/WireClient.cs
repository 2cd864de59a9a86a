using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace DocuChat.Core.Models.Pipeline;

/// <summary>One model on the wire: its patience, its request metrics, and one kind of exception for everything that can go wrong there.</summary>
internal sealed class WireClient(IChatClient inner, string model, ModelsOptions limits, ModelMetrics metrics, TimeProvider time) : StreamingClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var tenant = ChatCall.Of(options).Tenant;
        var wire = options!.Clone();
        wire.ModelId = model;
        wire.AdditionalProperties = null;

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(limits.FirstTokenSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var started = Stopwatch.GetTimestamp();
        // Stands when the reader leaves in the middle: an iterator that is disposed of runs nothing but its finally.
        var status = ModelStatus.Cancelled;
        var answering = false;
        ChatFinishReason? finish = null;
        try
        {
            await using var updates = InnerClient.GetStreamingResponseAsync(messages, wire, either.Token).GetAsyncEnumerator(either.Token);
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync())
                        break;
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
                {
                    var classified = WireErrors.Classify(model, failure, time);
                    status = answering ? ModelStatus.Truncated : classified.Status;
                    throw answering ? Truncated(classified) : classified;
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // A cancelled read may end in any of the transport's exceptions; to us it is one thing.
                    throw new OperationCanceledException("The call was stopped.", failure, cancellationToken);
                }
                answering |= updates.Current.Text.Length > 0;
                finish = updates.Current.FinishReason ?? finish;
                if (answering)
                    patience.CancelAfter(TimeSpan.FromSeconds(limits.IdleSeconds));
                yield return updates.Current;
            }
            if (finish is null || (!answering && finish == ChatFinishReason.Stop))
            {
                // A connection that closes in good order before the answer's end is a cut all the same, and an answer without a word is none.
                status = answering ? ModelStatus.Truncated : ModelStatus.ServerError;
                throw answering ? Truncated(null) : new ModelException(model, status, $"{model} ended its stream without an answer.");
            }
            status = ModelStatus.Success;
        }
        finally
        {
            metrics.Requested(tenant, model, status, Stopwatch.GetElapsedTime(started));
        }
    }

    private ModelException Truncated(ModelException? cause) => new(model, ModelStatus.Truncated, $"The answer of {model} broke off.", cause);
}
