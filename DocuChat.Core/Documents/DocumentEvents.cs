using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace DocuChat.Core.Documents;

/// <summary>That something about a document changed: where it stands now. The row itself is the truth.</summary>
public sealed record DocumentEvent(Guid Id, DocumentStatus Status, int Percent, string? Error = null)
{
    /// <summary>The document is gone.</summary>
    public bool Deleted { get; init; }
}

/// <summary>
/// Carries the progress of documents from whoever makes it to whoever shows it: Redis publish and subscribe, a channel a tenant
/// (<c>documents:{tenant id}</c>). An event may be lost while Redis is away, so a reader asks the table when it begins and now and then.
/// </summary>
public sealed partial class DocumentEvents(IConnectionMultiplexer redis, ILogger<DocumentEvents> logger)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Tells the tenant's listeners. It never fails the work that is told about: without Redis it only logs.</summary>
    public async Task PublishAsync(Guid tenantId, DocumentEvent change)
    {
        try
        {
            await redis.GetSubscriber().PublishAsync(Channel(tenantId), JsonSerializer.Serialize(change, Json), CommandFlags.FireAndForget);
        }
        catch (RedisException exception)
        {
            LogUnpublished(logger, exception, change.Id);
        }
    }

    /// <summary>The tenant's events from now on, until <paramref name="cancellationToken"/> ends it. A slow reader loses the oldest ones.</summary>
    /// <exception cref="RedisException">Redis cannot be reached.</exception>
    public async IAsyncEnumerable<DocumentEvent> SubscribeAsync(Guid tenantId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = System.Threading.Channels.Channel.CreateBounded<DocumentEvent>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });
        var subscriber = redis.GetSubscriber();
        void Receive(RedisChannel channel, RedisValue value)
        {
            if (JsonSerializer.Deserialize<DocumentEvent>((string)value!, Json) is { } change)
                events.Writer.TryWrite(change);
        }

        await subscriber.SubscribeAsync(Channel(tenantId), Receive);
        try
        {
            await foreach (var change in events.Reader.ReadAllAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            await subscriber.UnsubscribeAsync(Channel(tenantId), Receive);
        }
    }

    private static RedisChannel Channel(Guid tenantId) => RedisChannel.Literal($"documents:{tenantId}");

    [LoggerMessage(3001, LogLevel.Warning, "The progress of document {DocumentId} could not be told to those who watch it")]
    private static partial void LogUnpublished(ILogger logger, Exception exception, Guid documentId);
}
