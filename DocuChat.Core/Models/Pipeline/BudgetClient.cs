using System.Runtime.CompilerServices;
using DocuChat.Core.Usage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Models.Pipeline;

/// <summary>
/// Reserves what a call may use at most before it is made, and keeps the reservation at what it has used. A call that fails before its
/// first text gives the reservation back; any other leaves it to the transaction that charges it.
/// </summary>
internal sealed class BudgetClient(IChatClient inner, IBudget budget, UsageReservations reservations, TimeProvider time, ILogger logger) : StreamingClient(inner)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var call = ChatCall.Of(options);
        var most = call.TokensIn + (options!.MaxOutputTokens ?? 0);
        await budget.RequireAsync(call, most, cancellationToken);
        var reservation = await reservations.ReserveAsync(call.TenantId, call.UserId, call.RequestId, call.Kind, call.Attempt, call.ModelAsked, most, cancellationToken);
        call.ReservationId = reservation;

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
                await reservations.ReleaseAsync(call.TenantId, reservation, CancellationToken.None);
                call.ReservationId = null;
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
