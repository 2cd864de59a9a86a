using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace DocuChat.Core.Conversations;

/// <summary>
/// Lets every replica read and stop the answers of all: whoever makes one writes its events into a Redis stream whose entries are numbered
/// like them, and hears on a channel who reads it elsewhere and who wants it stopped. The stream goes soon after the answer's end, and
/// sooner when its maker dies. Readers in the maker's own process need none of it: while Redis is away an answer is only read where it is
/// made, and what Redis has lost when it comes back its maker writes anew.
/// </summary>
public sealed partial class SharedAnswers
{
    private const string Stop = "stop";
    private const string Read = "read";
    private const string Lost = "lost";

    // All of the events stand in the stream afterwards, or none. Told of -1 shared ones it begins anew; the entry 0-1 stands before the first event.
    private const string Append = """
        local shared = tonumber(ARGV[1])
        if shared < 0 then
            redis.call('DEL', KEYS[1])
            redis.call('XADD', KEYS[1], '0-1', 'event', '')
            shared = 0
        elseif redis.call('XLEN', KEYS[1]) ~= shared + 1 then
            return 'lost'
        end
        for i = 3, #ARGV do redis.call('XADD', KEYS[1], (shared + i - 2) .. '-0', 'event', ARGV[i]) end
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        if #ARGV > 2 then redis.call('PUBLISH', KEYS[1], '') end
        return redis.call('EXISTS', KEYS[2]) == 1 and 'stop' or 'written'
        """;

    // Told, and written down: a maker that does not hear it finds it with its next events, or its next sign of life.
    private const string AskToStop = """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        redis.call('SET', KEYS[2], '', 'PX', ARGV[1])
        redis.call('PUBLISH', ARGV[2], ARGV[3])
        return 1
        """;

    private static readonly RedisValue _begun = "0-1";
    private static readonly RedisChannel _orders = RedisChannel.Literal("answers");
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        // It stays in Redis and never meets a page: Persian takes two bytes a letter there, not six.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Events of this long are written together: a reader elsewhere sees them that much later.
    private static readonly TimeSpan _together = TimeSpan.FromMilliseconds(50);

    private static readonly AnswerFailed _lost = new(
        503,
        "The answer's progress was lost.",
        "The server that makes it cannot be reached. Open the conversation again: an answer that was finished is there, and only what is there or was used for it is charged. Else ask again."
    );

    /// <summary>Makers and readers give a sign of life this often.</summary>
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(5);

    // While Redis is away it is asked this often.
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>Who gave no sign of life for so long is gone: a maker, a reader, or Redis.</summary>
    internal static readonly TimeSpan Presence = 3 * _beat;

    private readonly IConnectionMultiplexer _redis;
    private readonly TimeSpan _keep;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _backAt;

    /// <summary>Made by the container.</summary>
    public SharedAnswers(IConnectionMultiplexer redis, IOptions<AnswersOptions> options, TimeProvider time, ILogger<SharedAnswers> logger)
    {
        (_redis, _keep, _time, _logger) = (redis, TimeSpan.FromSeconds(options.Value.KeepSeconds), time, logger);
        redis.ConnectionRestored += (_, _) => Interlocked.Exchange(ref _backAt, time.GetUtcNow().UtcTicks);
    }

    // Redis came back a moment ago: what it does not know may be what it lost, and its makers have yet to write it anew.
    private bool MayHaveLost => _time.GetUtcNow().UtcTicks - Interlocked.Read(ref _backAt) < Presence.Ticks;

    /// <summary>Writes an answer's events as they come, until its last. It never fails the answer: while Redis is away it logs that, and tries again.</summary>
    /// <param name="run">The answer.</param>
    /// <param name="closing">The process ends: what is there is written at once, or not at all.</param>
    internal async Task ShareAsync(AnswerRun run, CancellationToken closing)
    {
        var id = run.Question.AnswerId;
        var isAway = false;
        // Minus one: Redis does not know the answer.
        for (var shared = -1; ;)
        {
            var (events, isEnded) = await run.NextAsync(Math.Max(shared, 0), shared < 0 ? TimeSpan.Zero : _beat, _time, CancellationToken.None);
            try
            {
                var isWritten = await AppendAsync(run, shared, events, isEnded ? _keep : Presence);
                if (isWritten && isEnded)
                    return;
                (shared, isAway) = (isWritten ? Math.Max(shared, 0) + events.Count : -1, false);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                if (!isAway)
                    LogUnshared(_logger, exception, id.MessageId);
                isAway = true;
                // Nobody will come for it any more.
                if (isEnded && (closing.IsCancellationRequested || _time.GetUtcNow() - run.EndedAt >= _keep))
                    return;
            }
            await Task.Delay(isAway ? _pause : _together, _time, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Hears what other replicas want of an answer: its name, and whether to stop it (else somebody reads it).</summary>
    internal Task ListenAsync(Action<AnswerId, bool> heard) =>
        // Without waiting: Redis may be away now, and come back.
        _redis.GetSubscriber().SubscribeAsync(_orders, (_, order) =>
            {
                var parts = ((string)order!).Split(' ');
                heard(new AnswerId(Guid.Parse(parts[1]), Guid.Parse(parts[2]), Guid.Parse(parts[3])), parts[0] == Stop);
            }, CommandFlags.FireAndForget);

    /// <summary>Whether some process makes this answer, or made it a short while ago; also where Redis came back a moment ago and does not know.</summary>
    /// <exception cref="RedisException">Redis cannot be reached.</exception>
    internal async Task<bool> ExistsAsync(AnswerId id) => await _redis.GetDatabase().KeyExistsAsync(Key(id)) || MayHaveLost;

    /// <summary>Asks whoever makes it to stop.</summary>
    /// <returns>False where there is no such answer.</returns>
    /// <exception cref="RedisException">Redis cannot be reached, or came back a moment ago and does not know.</exception>
    internal async Task<bool> StopAsync(AnswerId id)
    {
        RedisValue[] order = [(long)(_keep + Presence).TotalMilliseconds, (string)_orders!, Order(Stop, id)];
        if ((bool)await _redis.GetDatabase().ScriptEvaluateAsync(AskToStop, [Key(id), StopKey(id)], order))
            return true;
        return MayHaveLost ? throw new RedisException("Redis came back a moment ago and does not know the answer.") : false;
    }

    /// <summary>
    /// Reads an answer that another process makes, after the event numbered <paramref name="after"/>. For a Redis that is away it waits as long as for anybody. Where that does not come back, or
    /// the answer's maker has died, the last event says so.
    /// </summary>
    internal async IAsyncEnumerable<(int Number, AnswerEvent Event)> ReadAsync(AnswerId id, int after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel(id);
        var woken = new SemaphoreSlim(0, 1);
        // Called for one message after the other.
        void Wake(RedisChannel told, RedisValue nothing)
        {
            if (woken.CurrentCount == 0)
                woken.Release();
        }

        var subscriber = _redis.GetSubscriber();
        await subscriber.SubscribeAsync(channel, Wake, CommandFlags.FireAndForget);
        try
        {
            var next = Math.Max(after, 0) + 1;
            var read = _time.GetTimestamp();
            long? told = null;
            while (true)
            {
                var isDue = told is not { } last || _time.GetElapsedTime(last) >= _beat;
                if (isDue)
                    told = _time.GetTimestamp();
                var (found, events) = await NextAsync(id, next, isDue);
                if (found is Found.End)
                    yield break;
                if (found is Found.Answer)
                    read = _time.GetTimestamp();
                else if (found is Found.Nothing && !MayHaveLost || _time.GetElapsedTime(read) >= Presence)
                {
                    LogUnread(_logger, id.MessageId, found);
                    // No event of the answer's own, so it takes no number: whoever comes again after it is given the one that is missing.
                    yield return (next - 1, _lost);
                    yield break;
                }
                foreach (var @event in events)
                {
                    yield return (next++, @event);
                    if (@event.IsLast)
                        yield break;
                }
                // Now and then unasked: a call to wake up may be lost.
                if (events.Count == 0)
                    await woken.WaitAsync(_pause, cancellationToken);
            }
        }
        finally
        {
            await subscriber.UnsubscribeAsync(channel, Wake, CommandFlags.FireAndForget);
        }
    }

    private async Task<(Found Found, IReadOnlyList<AnswerEvent> Events)> NextAsync(AnswerId id, int next, bool signOfLife)
    {
        try
        {
            var database = _redis.GetDatabase();
            if (signOfLife)
                await database.PublishAsync(_orders, Order(Read, id));
            var entries = await database.StreamRangeAsync(Key(id), Position(next), count: 500);
            // Redis may have lost some and gone on: a reader is never shown a gap.
            if (entries.Length > 0)
                return Number(entries[0].Id) == next ? (Found.Answer, [.. entries.TakeWhile((entry, i) => Number(entry.Id) == next + i).Select(Event)]) : (Found.Nothing, []);
            var newest = await database.StreamRangeAsync(Key(id), count: 1, messageOrder: StackExchange.Redis.Order.Descending);
            if (newest.Length == 0)
                return (Found.Nothing, []);
            // Who has read the last one and comes again gets nothing, and no wait for more.
            return (newest[0].Id != _begun && Event(newest[0]).IsLast && Number(newest[0].Id) < next ? Found.End : Found.Answer, []);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return (Found.Away, []);
        }
    }

    /// <summary>Writes the events that come after the first <paramref name="shared"/>, and hears whether the answer is to stop.</summary>
    /// <returns>False where Redis has lost the first ones.</returns>
    private async Task<bool> AppendAsync(AnswerRun run, int shared, IReadOnlyList<AnswerEvent> events, TimeSpan keep)
    {
        var id = run.Question.AnswerId;
        RedisValue[] arguments = [shared, (long)keep.TotalMilliseconds, .. events.Select(@event => (RedisValue)JsonSerializer.Serialize(@event, _json))];
        var outcome = (string?)await _redis.GetDatabase().ScriptEvaluateAsync(Append, [Key(id), StopKey(id)], arguments);
        if (outcome == Stop)
            run.Stop();
        return outcome != Lost;
    }

    private static string Order(string order, AnswerId id) => $"{order} {id.TenantId} {id.UserId} {id.MessageId}";

    private static AnswerEvent Event(StreamEntry entry) => JsonSerializer.Deserialize<AnswerEvent>((string)entry["event"]!, _json)!;

    private static RedisValue Position(int number) => string.Create(CultureInfo.InvariantCulture, $"{number}-0");

    private static int Number(RedisValue position) => int.Parse(((string)position!).Split('-')[0], CultureInfo.InvariantCulture);

    // Its names are part of it: another tenant or user does not find it.
    private static string Name(AnswerId id) => $"answer:{{{id.TenantId}:{id.UserId}:{id.MessageId}}}";

    private static RedisKey Key(AnswerId id) => Name(id);

    // The braces put both into one slot of a Redis cluster.
    private static RedisKey StopKey(AnswerId id) => $"{Name(id)}:stop";

    private static RedisChannel Channel(AnswerId id) => RedisChannel.Literal(Name(id));

    /// <summary>What a look for an answer's next events met.</summary>
    private enum Found
    {
        /// <summary>The answer, be there news of it or not.</summary>
        Answer,

        /// <summary>The answer, of which nothing comes any more.</summary>
        End,

        /// <summary>No such answer, or not all of it.</summary>
        Nothing,

        /// <summary>No Redis.</summary>
        Away,
    }

    [LoggerMessage(3, LogLevel.Warning, "Redis is away; until it is back, the answer {MessageId} can be read and stopped only where it is made")]
    private static partial void LogUnshared(ILogger logger, Exception exception, Guid messageId);

    [LoggerMessage(4, LogLevel.Warning, "The answer {MessageId}, made elsewhere, could not be read on: {Found}")]
    private static partial void LogUnread(ILogger logger, Guid messageId, Found found);
}
