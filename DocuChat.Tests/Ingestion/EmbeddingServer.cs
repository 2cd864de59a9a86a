using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.Tests.Ingestion;

/// <summary>A model server for the ingestion: OpenAI's <c>/v1/embeddings</c>, at once or when the test says, or failing.</summary>
internal sealed class EmbeddingServer : IAsyncDisposable
{
    public const int Dimensions = 8;

    private readonly WebApplication _app;
    private volatile TaskCompletionSource? _gate;
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EmbeddingServer(WebApplication app) => _app = app;

    public string BaseUrl { get; private set; } = "";

    /// <summary>Texts that were asked for and answered.</summary>
    public ConcurrentQueue<string> Answered { get; } = new();

    /// <summary>Requests that still fail before one succeeds.</summary>
    public int Failures { get; set; }

    /// <summary>Ends when a request has arrived since <see cref="Hold"/>.</summary>
    public Task Asked => _asked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    public static async Task<EmbeddingServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var server = new EmbeddingServer(app);
        app.MapPost("/v1/embeddings", server.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        server.BaseUrl = app.Urls.Single() + "/v1";
        return server;
    }

    /// <summary>Lets requests wait until the returned action is called.</summary>
    public Action Hold()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _gate = gate;
        return () =>
        {
            _gate = null;
            gate.TrySetResult();
        };
    }

    public async ValueTask DisposeAsync()
    {
        _gate?.TrySetResult();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var input = request.RootElement.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.String ? [input.GetString()!] : [.. input.EnumerateArray().Select(text => text.GetString()!)];
        _asked.TrySetResult();
        if (_gate is { } gate)
            await gate.Task.WaitAsync(context.RequestAborted);
        if (Failures > 0)
        {
            Failures--;
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(new { error = new { message = "no", type = "invalid_request_error" } }, context.RequestAborted);
            return;
        }
        foreach (var text in texts)
            Answered.Enqueue(text);
        await context.Response.WriteAsJsonAsync(
            new
            {
                @object = "list",
                model = "test-embedding",
                data = texts.Select((text, index) => new { @object = "embedding", index, embedding = VectorOf(text) }),
                usage = new { prompt_tokens = texts.Length * 10, total_tokens = texts.Length * 10 },
            },
            context.RequestAborted
        );
    }

    private static string VectorOf(string text)
    {
        var values = new float[Dimensions];
        for (var i = 0; i < text.Length; i++)
            values[i % Dimensions] += text[i] % 7 + 1;
        return Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
    }
}
