using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Models.Pipeline;

/// <summary>
/// Asks the wanted model, and those after it in the list when it fails before its first text. After the first text there is no way back:
/// two halves by two models would make no answer.
/// </summary>
internal sealed class FallbackClient(IReadOnlyList<(string Model, IChatClient Client)> candidates, ModelMetrics metrics, ILogger logger) : StreamingClient(candidates[0].Client)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var call = ChatCall.Of(options);
        var wanted = candidates.TakeWhile(candidate => candidate.Model != options!.ModelId).Count();
        if (wanted == candidates.Count)
            throw new ArgumentException($"{options!.ModelId} is none of the models in Models:Chat.", nameof(options));

        for (var i = wanted; ; i++)
        {
            call.Model = candidates[i].Model;
            await using var updates = candidates[i].Client.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            bool any;
            try
            {
                any = await updates.MoveNextAsync();
            }
            catch (ModelException failure) when (failure.IsForAnotherModel && i + 1 < candidates.Count)
            {
                call.FallbackReason ??= failure.Status;
                metrics.FellBack(call.Tenant, candidates[i].Model, candidates[i + 1].Model);
                Log.FellBack(logger, candidates[i].Model, candidates[i + 1].Model, failure.Status);
                continue;
            }
            for (; any; any = await updates.MoveNextAsync())
                yield return updates.Current;
            yield break;
        }
    }
}
