using System.Runtime.InteropServices;
using System.Text.Json;
using DocuChat.Sandbox.Embeddings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.Benchmarks.Ingestion;

/// <summary>A server of OpenAI's <c>/v1/embeddings</c> that thinks of nothing: it answers at once, or after a fixed time a batch, so that all else is what is measured.</summary>
internal sealed class InstantEmbeddings : IAsyncDisposable
{
    public const string Model = "instant-embedding";
    public const int Dimensions = 384;

    // Different ones, as a model's are: a graph of equal vectors costs other than a real one.
    private static readonly string[] _vectors = VectorsOf(1000);

    private int _next;

    private readonly WebApplication _app;

    private InstantEmbeddings(WebApplication app) => _app = app;

    public string BaseUrl => _app.Urls.Single() + "/v1";

    public TimeSpan TimePerBatch { get; set; }

    /// <summary>Makes true vectors in place of instant ones.</summary>
    public SentenceEncoder? Encoder { get; set; }

    public static async Task<InstantEmbeddings> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var server = new InstantEmbeddings(app);
        app.MapPost("/v1/embeddings", server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var input = request.RootElement.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.String ? [input.GetString()!] : [.. input.EnumerateArray().Select(text => text.GetString()!)];
        if (TimePerBatch > TimeSpan.Zero)
            await Task.Delay(TimePerBatch, context.RequestAborted);
        var vectors = Encoder is { } encoder
            ? Array.ConvertAll(await encoder.EncodeAsync(texts, context.RequestAborted), embedding => Base64(embedding.Vector))
            : Array.ConvertAll(texts, _ => _vectors[(uint)Interlocked.Increment(ref _next) % _vectors.Length]);
        await context.Response.WriteAsJsonAsync(
            new
            {
                @object = "list",
                model = Model,
                data = vectors.Select((embedding, index) => new { @object = "embedding", index, embedding }),
                usage = new { prompt_tokens = texts.Length, total_tokens = texts.Length },
            },
            context.RequestAborted
        );
    }

    private static string[] VectorsOf(int count)
    {
        var random = new Random(7);
        var vectors = new string[count];
        var values = new float[Dimensions];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < values.Length; j++)
                values[j] = random.NextSingle() - 0.5f;
            vectors[i] = Base64(values);
        }
        return vectors;
    }

    private static string Base64(float[] vector) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector));
}
