using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.Chat;

/// <summary>One server-sent event; its data is written as JSON.</summary>
internal readonly record struct ServerEvent(string Type, object Data, int Id);

/// <summary>Writes server-sent events. The framework's own result has no way to send a comment in a silence.</summary>
internal sealed class EventStream(IAsyncEnumerable<ServerEvent> events) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        // nginx would collect the stream before it passes it on.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        var gone = context.RequestAborted;
        try
        {
            await foreach (var (hasEvent, @event) in events.WithSilenceAsync(time, gone))
                await SendAsync(context, hasEvent ? Bytes(@event, json) : Silence.Comment, gone);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The reader left; what goes on without it is not this stream's matter.
        }
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    // JSON holds no line break of its own, so the data is one line.
    private static ReadOnlyMemory<byte> Bytes(ServerEvent @event, JsonSerializerOptions json) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {@event.Id}\nevent: {@event.Type}\ndata: {JsonSerializer.Serialize(@event.Data, json)}\n\n"));
}
