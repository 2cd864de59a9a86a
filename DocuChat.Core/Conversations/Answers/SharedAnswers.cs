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
/// sooner when its maker dies. Readers in the maker's own process need none of it: without Redis an answer is only read where it is made.
/// </summary>
public sealed partial class SharedAnswers(IConnectionMultiplexer redis, IOptions<AnswersOptions> options, TimeProvider time, ILogger<SharedAnswers> logger)
{
    private const string Stop = "stop";
    private const string Read = "read";
    private const string Field = "event";

    // Before the first event: the answer has begun.
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

    /// <summary>Who gave no sign of life for so long is gone.</summary>
    internal static readonly TimeSpan Presence = 3 * _beat;

    /// <summary>Writes an answer's events as they come, until its last. It never fails the answer: without Redis it only logs.</summary>
    /// <param name="run">The answer.</param>
    /// <param name="closing">The process ends: what is there is written at once.</param>
    internal async Task ShareAsync(AnswerRun run, CancellationToken closing)
    {
        var id = run.Question.AnswerId;
        var (key, channel, database) = (Key(id), Channel(id), redis.GetDatabase());
        try
        {
            await Task.WhenAll(database.StreamAddAsync(key, Field, "", _begun), database.KeyExpireAsync(key, Presence));
            for (var shared = 0; ;)
            {
                var (events, isEnded) = await run.NextAsync(shared, _beat, time, CancellationToken.None);
                var batch = database.CreateBatch();
                List<Task> written = [.. events.Select(@event => batch.StreamAddAsync(key, Field, JsonSerializer.Serialize(@event, _json), Position(++shared)))];
                written.Add(batch.KeyExpireAsync(key, isEnded ? TimeSpan.FromSeconds(options.Value.KeepSeconds) : Presence));
                if (events.Count > 0)
                    written.Add(batch.PublishAsync(channel, RedisValue.EmptyString));
                batch.Execute();
                await Task.WhenAll(written);
                if (isEnded)
                    return;
                await Task.Delay(_together, time, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            LogUnshared(logger, exception, id.MessageId);
        }
    }

    /// <summary>Hears what other replicas want of an answer: its name, and whether to stop it (else somebody reads it).</summary>
    internal Task ListenAsync(Action<AnswerId, bool> heard) =>
        // Without waiting: Redis may be away now, and come back.
        redis.GetSubscriber().SubscribeAsync(_orders, (_, order) =>
            {
                var parts = ((string)order!).Split(' ');
                heard(new AnswerId(Guid.Parse(parts[1]), Guid.Parse(parts[2]), Guid.Parse(parts[3])), parts[0] == Stop);
            }, CommandFlags.FireAndForget);

    /// <summary>Whether some process makes this answer, or made it a short while ago.</summary>
    /// <exception cref="RedisException">Redis cannot be reached.</exception>
    internal Task<bool> ExistsAsync(AnswerId id) => redis.GetDatabase().KeyExistsAsync(Key(id));

    /// <summary>Asks whoever makes it to stop.</summary>
    /// <exception cref="RedisException">Redis cannot be reached.</exception>
    internal Task StopAsync(AnswerId id) => OrderAsync(Stop, id);

    /// <summary>Reads an answer that another process makes, after the event numbered <paramref name="after"/>. Where its maker dies, the last event says so.</summary>
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

        var subscriber = redis.GetSubscriber();
        await subscriber.SubscribeAsync(channel, Wake, CommandFlags.FireAndForget);
        try
        {
            var next = Math.Max(after, 0) + 1;
            long? told = null;
            while (true)
            {
                var isDue = told is not { } last || time.GetElapsedTime(last) >= _beat;
                if (isDue)
                    told = time.GetTimestamp();
                var (events, isOver) = await NextAsync(id, next, isDue);
                foreach (var @event in events)
                {
                    // No event of the answer's own, so it takes no number: whoever comes again after it is given the one that is missing.
                    yield return (@event == _lost ? next - 1 : next++, @event);
                    if (@event.IsLast)
                        yield break;
                }
                if (isOver)
                    yield break;
                // Now and then unasked: a call to wake up may be lost.
                if (events.Count == 0)
                    await woken.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
        finally
        {
            await subscriber.UnsubscribeAsync(channel, Wake, CommandFlags.FireAndForget);
        }
    }

    private async Task<(IReadOnlyList<AnswerEvent> Events, bool IsOver)> NextAsync(AnswerId id, int next, bool signOfLife)
    {
        try
        {
            if (signOfLife)
                await OrderAsync(Read, id);
            var database = redis.GetDatabase();
            var entries = await database.StreamRangeAsync(Key(id), Position(next), count: 500);
            // Redis may have lost some and gone on: a reader is never shown a gap.
            if (entries.Length > 0)
                return ([.. entries.TakeWhile((entry, i) => Number(entry.Id) == next + i).Select(Event).DefaultIfEmpty(_lost)], false);
            var newest = await database.StreamRangeAsync(Key(id), count: 1, messageOrder: Order.Descending);
            if (newest.Length == 0)
                return ([_lost], false);
            // Who has read the last one and comes again gets nothing, and no wait for more.
            return ([], newest[0].Id != _begun && Event(newest[0]).IsLast && Number(newest[0].Id) < next);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            LogUnread(logger, exception, id.MessageId);
            return ([_lost], false);
        }
    }

    private Task<long> OrderAsync(string order, AnswerId id) => redis.GetDatabase().PublishAsync(_orders, $"{order} {id.TenantId} {id.UserId} {id.MessageId}");

    private static AnswerEvent Event(StreamEntry entry) => JsonSerializer.Deserialize<AnswerEvent>((string)entry[Field]!, _json)!;

    private static RedisValue Position(int number) => string.Create(CultureInfo.InvariantCulture, $"{number}-0");

    private static int Number(RedisValue position) => int.Parse(((string)position!).Split('-')[0], CultureInfo.InvariantCulture);

    // Its names are part of it: another tenant or user does not find it.
    private static string Name(AnswerId id) => $"answer:{id.TenantId}:{id.UserId}:{id.MessageId}";

    private static RedisKey Key(AnswerId id) => Name(id);

    private static RedisChannel Channel(AnswerId id) => RedisChannel.Literal(Name(id));

    [LoggerMessage(3, LogLevel.Warning, "The answer {MessageId} can be read and stopped only where it is made")]
    private static partial void LogUnshared(ILogger logger, Exception exception, Guid messageId);

    [LoggerMessage(4, LogLevel.Warning, "The answer {MessageId}, made elsewhere, could not be read on")]
    private static partial void LogUnread(ILogger logger, Exception exception, Guid messageId);
}
