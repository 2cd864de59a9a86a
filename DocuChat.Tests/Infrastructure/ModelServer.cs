using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Infrastructure;

/// <summary>How the stand-in answers one request of a chat model.</summary>
public sealed record Reply
{
    /// <summary>HTTP status; anything but 200 is an error body.</summary>
    public int Status { get; init; } = 200;

    public string? RetryAfter { get; init; }

    /// <summary>The pieces of the answer, one frame each.</summary>
    public IReadOnlyList<string> Pieces { get; init; } = ["Hello."];

    /// <summary>Tokens in and out that it names; null names none.</summary>
    public (int In, int Out)? Usage { get; init; } = (100, 20);

    /// <summary>What happens after the pieces.</summary>
    public Ending Ending { get; init; } = Ending.Whole;

    public string FinishReason { get; init; } = "stop";

    public string? Fingerprint { get; init; }

    /// <summary>Awaited before each piece but the first, and before the ending: lets a test look in between.</summary>
    public Func<int, CancellationToken, Task>? Between { get; init; }

    public static Reply Text(params string[] pieces) => new() { Pieces = pieces };

    public static Reply Error(int status, string? retryAfter = null) => new() { Status = status, RetryAfter = retryAfter };
}

public enum Ending
{
    /// <summary>As OpenAI ends: finish reason, usage, [DONE].</summary>
    Whole,

    /// <summary>The connection is closed in good order, with no finish reason.</summary>
    Closed,

    /// <summary>The connection is reset.</summary>
    Cut,

    /// <summary>A frame that is no JSON.</summary>
    Malformed,

    /// <summary>Nothing more, until the caller goes.</summary>
    Hang,
}

/// <summary>A stand-in for a model server, over real HTTP: OpenAI's protocol, and every fault that it can have.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    public const int Dimensions = 8;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Reply>> _replies = new();
    private readonly ConcurrentQueue<(string Path, JsonElement Body)> _requests = new();
    private readonly SemaphoreSlim _callersGone = new(0);

    private ModelServer(WebApplication app) => _app = app;

    /// <summary>Its address, as OPENAI_BASE_URL takes it.</summary>
    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1";

    /// <summary>Whether embeddings are answered; else with 500.</summary>
    public bool Embeds { get; set; } = true;

    /// <summary>Bodies of the requests for chat, in order.</summary>
    public IReadOnlyList<JsonElement> ChatRequests => [.. _requests.Where(request => request.Path.EndsWith("/chat/completions", StringComparison.Ordinal)).Select(request => request.Body)];

    public IReadOnlyList<JsonElement> EmbeddingRequests => [.. _requests.Where(request => request.Path.EndsWith("/embeddings", StringComparison.Ordinal)).Select(request => request.Body)];

    public static async Task<ModelServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new ModelServer(app);
        app.MapPost("/v1/chat/completions", server.ChatAsync);
        app.MapPost("/v1/embeddings", server.EmbedAsync);
        // An Azure resource has a deployment in the path and no bearer.
        app.MapPost("/openai/deployments/{model}/chat/completions", server.ChatAsync).AddEndpointFilter(RequireAzure);
        app.MapPost("/openai/deployments/{model}/embeddings", server.EmbedAsync).AddEndpointFilter(RequireAzure);
        await app.StartAsync(CancellationToken.None);
        return server;
    }

    /// <summary>Settings of a service that uses this server.</summary>
    public IEnumerable<(string, string)> Settings(params (string, string)[] more) =>
        [
            ("OPENAI_BASE_URL", Url),
            ("OPENAI_API_KEY", "test"),
            ("Models:Embedding:Name", "stand-in-embedding"),
            ("Models:Embedding:Dimensions", $"{Dimensions}"),
            ("Answers:LeastEvidence", "0"),
            .. more,
        ];

    /// <summary>The next replies of a model, in order; the last one stays. A model without any says "Hello.".</summary>
    public void Expect(string model, params Reply[] replies) => _replies[model] = new ConcurrentQueue<Reply>(replies);

    /// <summary>Forgets what was expected and what came.</summary>
    public void Forget()
    {
        _replies.Clear();
        _requests.Clear();
    }

    /// <summary>Waits until a caller of a hanging reply has gone.</summary>
    public Task CallerGoneAsync(CancellationToken cancellationToken) => _callersGone.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _callersGone.Dispose();
    }

    private static ValueTask<object?> RequireAzure(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var request = invocation.HttpContext.Request;
        return request.Headers["api-key"] == "test" && request.Query.ContainsKey("api-version") && request.Headers.Authorization.Count == 0
            ? next(invocation)
            : ValueTask.FromResult<object?>(TypedResults.Unauthorized());
    }

    private async Task ChatAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        var reply = Next(request.GetProperty("model").GetString()!);
        if (reply.Status != 200)
        {
            await ErrorAsync(context, reply);
            return;
        }
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync(context.RequestAborted);
        try
        {
            await FrameAsync(context, Chunk("""{"role":"assistant","content":""}""", null));
            for (var i = 0; i < reply.Pieces.Count; i++)
            {
                if (i > 0 && reply.Between is { } between)
                    await between(i, context.RequestAborted);
                await FrameAsync(context, Chunk($$"""{"content":{{JsonSerializer.Serialize(reply.Pieces[i])}}}""", null));
            }
            if (reply.Between is { } beforeEnd)
                await beforeEnd(reply.Pieces.Count, context.RequestAborted);
            await EndAsync(context, reply);
        }
        catch (OperationCanceledException)
        {
            _callersGone.Release();
        }
    }

    private static async Task EndAsync(HttpContext context, Reply reply)
    {
        switch (reply.Ending)
        {
            case Ending.Hang:
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            case Ending.Cut:
                context.Abort();
                break;
            case Ending.Malformed:
                await FrameAsync(context, "{\"choices\": [{");
                break;
            case Ending.Whole:
                await FrameAsync(context, Chunk("{}", reply.FinishReason, fingerprint: reply.Fingerprint));
                if (reply.Usage is { } usage)
                    await FrameAsync(context, Chunk(null, null, $$"""{"prompt_tokens":{{usage.In}},"completion_tokens":{{usage.Out}},"total_tokens":{{usage.In + usage.Out}}}"""));
                await FrameAsync(context, "[DONE]");
                break;
            default:
                break;
        }
    }

    private async Task EmbedAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        if (!Embeds)
        {
            await ErrorAsync(context, Reply.Error(500));
            return;
        }
        var texts = request.GetProperty("input").ValueKind == JsonValueKind.Array ? [.. request.GetProperty("input").EnumerateArray().Select(text => text.GetString()!)] : (string[])[request.GetProperty("input").GetString()!];
        var data = texts.Select((text, i) => new { @object = "embedding", index = i, embedding = Base64(text) });
        await context.Response.WriteAsJsonAsync(new { @object = "list", data, model = "stand-in-embedding", usage = new { prompt_tokens = 7 * texts.Length, total_tokens = 7 * texts.Length } }, context.RequestAborted);
    }

    // A vector that depends on the text alone.
    private static string Base64(string text)
    {
        var bytes = new byte[Dimensions * sizeof(float)];
        for (var i = 0; i < Dimensions; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), 1f + text.Length % (i + 2));
        return Convert.ToBase64String(bytes);
    }

    private Reply Next(string model)
    {
        if (!_replies.TryGetValue(model, out var queue) || !queue.TryDequeue(out var reply))
            return new Reply();
        if (queue.IsEmpty)
            queue.Enqueue(reply);
        return reply;
    }

    private async Task<JsonElement> ReadAsync(HttpContext context)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        _requests.Enqueue((context.Request.Path, body));
        return body;
    }

    private static async Task ErrorAsync(HttpContext context, Reply reply)
    {
        context.Response.StatusCode = reply.Status;
        if (reply.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = wait;
        await context.Response.WriteAsJsonAsync(new { error = new { message = "The stand-in was told to fail.", type = "server_error", code = (string?)null } }, context.RequestAborted);
    }

    private static async Task FrameAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string Chunk(string? delta, string? finishReason, string usage = "null", string? fingerprint = null)
    {
        var choices = delta is null ? "[]" : $$"""[{"index":0,"delta":{{delta}},"finish_reason":{{(finishReason is null ? "null" : $"\"{finishReason}\"")}}}]""";
        return $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"stand-in","system_fingerprint":{{JsonSerializer.Serialize(fingerprint)}},"choices":{{choices}},"usage":{{usage}}}""";
    }
}
