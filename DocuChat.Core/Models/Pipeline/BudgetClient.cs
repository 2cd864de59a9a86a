using System.Runtime.CompilerServices;
using DocuChat.Core.Usage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Models.Pipeline;

/// <summary>
/// Reserves what a call may use at most before it is made, if the tenant's budget allows it, and keeps the reservation at what it has used. A call that
/// fails before its first text gives the reservation back; any other leaves it to the transaction that charges it.
/// </summary>
internal sealed class BudgetClient(IChatClient inner, IReadOnlyList<string> models, UsageReservations reservations, TimeProvider time, ILogger logger) : StreamingClient(inner)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var call = ChatCall.Of(options);
        string[] candidates = [call.ModelAsked, .. models.SkipWhile(model => model != call.ModelAsked).Skip(1)];
        var planned = new PlannedCall(call.TenantId, call.UserId, call.RequestId, call.Kind, call.Attempt, candidates, call.TokensIn, options!.MaxOutputTokens ?? 0, call.BeganAt);
        var reservation = await reservations.ReserveAsync(planned, cancellationToken);
        call.IsReserved = true;

        var beat = time.GetTimestamp();
        await using var updates = InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync())
                    break;
            }
            catch (ModelException) when (call.FirstTokenAfter is null)
            {
                // Whoever cancelled the call does not cancel its book-keeping.
                await reservations.ReleaseAsync(call.TenantId, call.RequestId, call.Kind, CancellationToken.None);
                call.IsReserved = false;
                throw;
            }
            yield return updates.Current;
            if (time.GetElapsedTime(beat) >= Heartbeat)
            {
                beat = time.GetTimestamp();
                await BeatAsync(call, reservation, cancellationToken);
            }
        }
    }

    private async Task BeatAsync(ChatCall call, Guid reservation, CancellationToken cancellationToken)
    {
        try
        {
            await reservations.HeartbeatAsync(call.TenantId, reservation, call.Model, call.TokensIn, call.TokensOut, cancellationToken);
        }
        catch (Npgsql.NpgsqlException failure)
        {
            // The answer goes on; only a crash right now would be settled at an older figure.
            Log.HeartbeatFailed(logger, failure);
        }
    }
}
