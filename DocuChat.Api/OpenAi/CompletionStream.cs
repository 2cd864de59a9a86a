using System.Text.Json;
using DocuChat.Api.Chat;
using DocuChat.Core.Conversations;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.OpenAi;

/// <summary>
/// Writes an answer as OpenAI streams one. Until its first text a failure is an HTTP status, where the model has not been silent for so long
/// that the response had to begin; later it is a frame, which their clients throw.
/// </summary>
internal sealed class CompletionStream(AnswerRun run, CompletionReply reply, bool includeUsage) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var gone = context.RequestAborted;
        try
        {
            var hasBegun = false;
            await foreach (var (hasEvent, (_, @event)) in run.ReadAsync(0, gone).WithSilenceAsync(time, gone))
            {
                if (!hasEvent)
                {
                    await SendAsync(context, Silence.Comment, gone);
                    continue;
                }
                if (@event is AnswerFailed failed && !context.Response.HasStarted)
                {
                    await TypedResults.Problem(ChatEvents.Problem(failed)).ExecuteAsync(context);
                    return;
                }
                foreach (var frame in Frames(@event, isFirst: !hasBegun))
                {
                    hasBegun = true;
                    await SendAsync(context, Data(JsonSerializer.SerializeToUtf8Bytes(frame, frame.GetType(), json)), gone);
                }
            }
            await SendAsync(context, Data("[DONE]"u8), gone);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The reader left, and with it the answer stops.
        }
    }

    private IEnumerable<object> Frames(AnswerEvent @event, bool isFirst)
    {
        if (@event is TextAdded or AnswerDone && isFirst)
            yield return reply.Beginning();
        switch (@event)
        {
            case TextAdded added:
                yield return reply.Piece(added.Text);
                break;
            case AnswerDone done:
                yield return reply.Ending(done.Answer);
                if (includeUsage)
                    yield return reply.Usage(done.Answer);
                break;
            case AnswerFailed failed:
                yield return new { Error = OpenAiError.Of(failed.Status, failed.Title, failed.Detail, failed.Type) };
                break;
            default:
                break;
        }
    }

    private static byte[] Data(ReadOnlySpan<byte> data) => [.. "data: "u8, .. data, .. "\n\n"u8];

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var response = context.Response;
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache, no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await response.StartAsync(cancellationToken);
        }
        await response.Body.WriteAsync(bytes, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
