using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.Chat;

/// <summary>One server-sent event; its data is written as JSON.</summary>
internal readonly record struct ServerEvent(string Type, object Data, int Id);

/// <summary>
/// Writes server-sent events. The framework's own result has no way to send a comment, and without one every 15 s a proxy takes a thinking
/// model for a dead connection.
/// </summary>
internal sealed class EventStream(IAsyncEnumerable<ServerEvent> events) : IResult
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly byte[] Comment = ": keep-alive\n\n"u8.ToArray();

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
        await using var reader = events.GetAsyncEnumerator(gone);
        try
        {
            var next = reader.MoveNextAsync().AsTask();
            while (true)
            {
                if (!await ArrivesAsync(next, time, gone))
                {
                    await SendAsync(context, Comment, gone);
                    continue;
                }
                if (!await next)
                    return;
                await SendAsync(context, Bytes(reader.Current, json), gone);
                next = reader.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The reader left; what goes on without it is not this stream's matter.
        }
    }

    private static async Task<bool> ArrivesAsync(Task next, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await next.WaitAsync(KeepAlive, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task SendAsync(HttpContext context, byte[] bytes, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    // JSON holds no line break of its own, so the data is one line.
    private static byte[] Bytes(ServerEvent @event, JsonSerializerOptions json) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {@event.Id}\nevent: {@event.Type}\ndata: {JsonSerializer.Serialize(@event.Data, json)}\n\n"));
}
