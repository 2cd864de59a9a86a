using System.Text.Json;

namespace DocuChat.Sandbox.OpenAi;

/// <summary>Writes one answer to the wire, at the time and with the faults that the knobs ask for.</summary>
internal sealed class ChatReply(ModelKnobs knobs, ChatAnswer answer, ChatUsage? usage, TimeProvider time)
{
    private static readonly byte[] _malformed = "data: {\"id\": \"chatcmpl-\n\n"u8.ToArray();
    private static readonly byte[] _done = "data: [DONE]\n\n"u8.ToArray();

    private static readonly TimeSpan _beforeCut = TimeSpan.FromMilliseconds(100);

    private readonly string _id = $"chatcmpl-{Guid.CreateVersion7():N}";
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    public required bool IsMalformed { get; init; }

    /// <summary>The answer as one JSON body, after the time that its tokens take.</summary>
    public IResult Whole() => new Body(async context =>
    {
        await Task.Delay(knobs.FirstToken + TimeAt(answer.Pieces.Count), time, context.RequestAborted);
        if (knobs.CutAfter is not null)
        {
            context.Abort();
            return;
        }
        var completion = new ChatCompletion(_id, _created, knobs.Model, [new ChatChoice(0, new ChatMessage("assistant", answer.Text), answer.FinishReason)], usage);
        var json = JsonSerializer.SerializeToUtf8Bytes(completion, Wire.Json);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(IsMalformed ? json.AsMemory(0, json.Length / 2) : json, context.RequestAborted);
    });

    /// <summary>The answer as server-sent events.</summary>
    /// <param name="withUsage">A last event tells the usage.</param>
    public IResult Stream(bool withUsage) => new Body(async context =>
    {
        var cancellationToken = context.RequestAborted;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        var started = time.GetTimestamp();

        await WaitUntilAsync(knobs.FirstToken);
        await WriteAsync(new ChatDelta("assistant", ""));
        for (var i = 0; i < answer.Pieces.Count; i++)
        {
            if (i == knobs.CutAfter)
            {
                // A reset overtakes what the client has not read yet.
                await Task.Delay(_beforeCut, time, cancellationToken);
                context.Abort();
                return;
            }
            await WaitUntilAsync(knobs.FirstToken + TimeAt(i));
            await WriteAsync(new ChatDelta(Content: answer.Pieces[i]));
            if (IsMalformed)
            {
                await SendAsync(_malformed);
                return;
            }
        }
        await WriteAsync(new ChatDelta(), answer.FinishReason);
        if (withUsage && usage is not null)
            await SendAsync(Event(new ChatChunk(_id, _created, knobs.Model, [], usage)));
        await SendAsync(_done);

        Task WriteAsync(ChatDelta delta, string? finishReason = null) => SendAsync(Event(new ChatChunk(_id, _created, knobs.Model, [new ChatChunkChoice(0, delta, finishReason)], null)));

        async Task SendAsync(byte[] bytes)
        {
            await context.Response.Body.WriteAsync(bytes, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }

        // Counted from the beginning, so that what a piece is late the next makes up.
        Task WaitUntilAsync(TimeSpan at)
        {
            var left = at - time.GetElapsedTime(started);
            return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
        }
    });

    private TimeSpan TimeAt(int piece) => knobs.Pace is { } pace ? TimeSpan.FromSeconds(piece / pace) : TimeSpan.Zero;

    private static byte[] Event(ChatChunk chunk) => [.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(chunk, Wire.Json), .. "\n\n"u8];

    private sealed class Body(Func<HttpContext, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext context) => write(context);
    }
}
