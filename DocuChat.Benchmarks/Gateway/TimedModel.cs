using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocuChat.Benchmarks.Gateway;

/// <summary>A model server that takes a fixed time: the first token after 200 ms, then 50 a second. What it really took is kept, and told apart from what the Api adds.</summary>
internal sealed class TimedModel : IAsyncDisposable
{
    public const int Dimensions = 384;
    public const string EmbeddingName = "timed-embedding";
    private const int Tokens = 25;
    private static readonly TimeSpan ToFirst = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private volatile string _failing = "";
    private readonly ConcurrentQueue<double> _toFirst = new();
    private readonly ConcurrentQueue<double> _embedding = new();

    private TimedModel(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1";

    public static async Task<TimedModel> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var model = new TimedModel(app);
        app.MapPost("/v1/chat/completions", model.AnswerAsync);
        app.MapPost("/v1/embeddings", model.EmbedAsync);
        await app.StartAsync(cancellationToken);
        return model;
    }

    /// <summary>From now on this model answers 500 to every question.</summary>
    public void Fail(string model) => _failing = model;

    /// <summary>Milliseconds that it took to the first token, and for the question's vector, since the last look.</summary>
    public (IReadOnlyList<double> ToFirst, IReadOnlyList<double> Embedding) Taken()
    {
        var taken = (_toFirst.ToList(), _embedding.ToList());
        _toFirst.Clear();
        _embedding.Clear();
        return taken;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var began = Stopwatch.GetTimestamp();
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        if (request.RootElement.GetProperty("model").ValueEquals(_failing))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }
        context.Response.ContentType = "text/event-stream";
        await Task.Delay(ToFirst, context.RequestAborted);
        for (var i = 0; i < Tokens; i++)
        {
            await SendAsync(context, Frame(i == Tokens - 1 ? "last [1]." : i % 10 == 9 ? "word [1]. " : "word ", null));
            if (i == 0)
                _toFirst.Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(Between, context.RequestAborted);
        }
        await SendAsync(context, Frame(null, "stop"));
        await SendAsync(context, """{"id":"c","object":"chat.completion.chunk","created":1,"model":"timed","choices":[],"usage":{"prompt_tokens":900,"completion_tokens":25,"total_tokens":925}}""");
        await SendAsync(context, "[DONE]");
    }

    private async Task EmbedAsync(HttpContext context)
    {
        var began = Stopwatch.GetTimestamp();
        await DrainAsync(context);
        var vector = new byte[Dimensions * sizeof(float)];
        vector.AsSpan().Fill(0x3c);
        var answer = new { @object = "list", model = EmbeddingName, data = new[] { new { @object = "embedding", index = 0, embedding = Convert.ToBase64String(vector) } }, usage = new { prompt_tokens = 9, total_tokens = 9 } };
        await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
        _embedding.Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private static async Task DrainAsync(HttpContext context) => await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);

    private static async Task SendAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", Encoding.UTF8, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string Frame(string? text, string? finishReason) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"timed","choices":[{"index":0,"delta":{{(text is null ? "{}" : $"{{\"content\":{JsonSerializer.Serialize(text)}}}")}},"finish_reason":{{JsonSerializer.Serialize(finishReason)}}}]}"""
        );
}
