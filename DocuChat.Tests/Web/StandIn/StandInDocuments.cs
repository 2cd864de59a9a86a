using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DocuChat.Tests.Web.StandIn;

/// <summary>Documents that are processed only when a test (or <see cref="Automatic"/>) says so.</summary>
internal sealed class StandInDocuments
{
    private static readonly string[] Stages = ["extracting", "chunking", "embedding", "ready"];

    private readonly ConcurrentDictionary<Guid, StandInDocument> _documents = new();
    private readonly ConcurrentDictionary<Channel<StandInDocument>, bool> _listeners = new();

    /// <summary>Time of each step of a document's processing; null leaves documents queued until a test moves them.</summary>
    public TimeSpan? Automatic { get; set; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Makes <c>/documents/events</c> fail, so that the page must poll.</summary>
    public bool NoEvents { get; set; }

    public IEnumerable<StandInDocument> All => _documents.Values.OrderByDescending(document => document.CreatedAt);

    public StandInDocument Add(StandInDocument document) => _documents[document.Id] = document;

    public void Change(StandInDocument document)
    {
        if (!_documents.ContainsKey(document.Id))
            return;
        _documents[document.Id] = document;
        foreach (var listener in _listeners.Keys)
            listener.Writer.TryWrite(document);
    }

    /// <summary>Returns when somebody reads the events, so that the next change is not missed.</summary>
    public async Task HasListenerAsync(CancellationToken cancellationToken)
    {
        while (_listeners.IsEmpty)
            await Task.Delay(10, cancellationToken);
    }

    public void Map(IEndpointRouteBuilder api)
    {
        var documents = api.MapGroup("/documents");
        documents.MapPost("/", UploadAsync).DisableAntiforgery();
        documents.MapGet("/", () => new { items = All.Select(View), next_cursor = (string?)null });
        documents.MapGet("/events", ListenAsync);
        documents.MapGet("/{id:guid}", (Guid id) => Find(id, document => Results.Ok(View(document))));
        documents.MapGet("/{id:guid}/text", (Guid id) => Find(id, document => Results.Text(document.Text, "text/plain")));
        documents.MapDelete("/{id:guid}", (Guid id) => _documents.TryRemove(id, out _) ? Results.NoContent() : Missing());
        documents.MapPost("/{id:guid}/cancel", (Guid id) => Find(id, document => Changed(document with { Status = "cancelled" })));
        documents.MapPost("/{id:guid}/reindex", (Guid id) => Find(id, document => Changed(Process(document with { Status = "queued", Percent = 0, Error = null }))));
    }

    private async Task<IResult> UploadAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var results = new List<object>();
        foreach (var file in form.Files.GetFiles("files"))
        {
            if (file.Length == 0)
            {
                results.Add(new { name = file.FileName, status = "refused", error = "The file is empty." });
                continue;
            }
            using var reader = new StreamReader(file.OpenReadStream());
            var document = Add(new StandInDocument(Guid.CreateVersion7(), file.FileName, file.Length) { Text = await reader.ReadToEndAsync() });
            Process(document);
            results.Add(new { id = document.Id, name = document.Name, status = document.Status });
        }
        return results.Count > 0 && results.All(result => result.GetType().GetProperty("error") is not null)
            ? StandInApi.Problem(400, "The file is empty.", "Choose a file that has content.")
            : Results.Accepted(null, new { documents = results });
    }

    private StandInDocument Process(StandInDocument document)
    {
        if (Automatic is { } step)
            _ = RunAsync(document, step);
        return document;
    }

    private async Task RunAsync(StandInDocument document, TimeSpan step)
    {
        foreach (var stage in Stages)
        {
            await Task.Delay(step);
            if (!_documents.TryGetValue(document.Id, out var now) || now.Status == "cancelled")
                return;
            var failed = stage == "chunking" && document.Name.Contains("broken", StringComparison.Ordinal);
            Change(
                now with
                {
                    Status = failed ? "failed" : stage,
                    Error = failed ? "The file is encrypted. Remove its password and upload it again." : null,
                    Percent = failed ? now.Percent : 25 * (Array.IndexOf(Stages, stage) + 1),
                    Pages = stage == "ready" ? 3 : null,
                    Chunks = stage == "ready" ? 12 : 0,
                    ReadyAt = stage == "ready" ? TimeProvider.System.GetUtcNow() : null,
                }
            );
            if (failed)
                return;
        }
    }

    private async Task<IResult> ListenAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (NoEvents)
            return StandInApi.Problem(500, "No events.", "Try again.");
        var channel = Channel.CreateUnbounded<StandInDocument>();
        _listeners[channel] = true;
        var events = new EventWriter(context);
        events.Begin();
        await context.Response.Body.FlushAsync(cancellationToken);
        try
        {
            await foreach (var document in channel.Reader.ReadAllAsync(cancellationToken))
                await events.WriteAsync("document", new { id = document.Id, status = document.Status, percent = document.Percent, error = document.Error });
        }
        catch (OperationCanceledException)
        {
            // The reader went away.
        }
        finally
        {
            _listeners.TryRemove(channel, out _);
        }
        return Results.Empty;
    }

    private IResult Find(Guid id, Func<StandInDocument, IResult> then) => _documents.TryGetValue(id, out var document) ? then(document) : Missing();

    private IResult Changed(StandInDocument document)
    {
        Change(document);
        return Results.Accepted(null, View(document));
    }

    private static IResult Missing() => StandInApi.Problem(404, "There is no such document.", "Check the id; it may have been deleted.");

    private static object View(StandInDocument document) =>
        new
        {
            id = document.Id,
            name = document.Name,
            content_type = document.ContentType,
            bytes = document.Bytes,
            status = document.Status,
            percent = document.Percent,
            error = document.Error,
            notes = document.Notes,
            attempts = 1,
            stages = Array.Empty<object>(),
            pages = document.Pages,
            chunks = document.Chunks,
            version = 1,
            created_at = document.CreatedAt,
            ready_at = document.ReadyAt,
        };
}

internal sealed record StandInDocument(Guid Id, string Name, long Bytes)
{
    public string ContentType { get; init; } = "text/plain";
    public string Status { get; init; } = "queued";
    public int Percent { get; init; }
    public string? Error { get; init; }
    public IReadOnlyList<string> Notes { get; init; } = [];
    public int? Pages { get; init; }
    public int Chunks { get; init; }
    public string Text { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; } = TimeProvider.System.GetUtcNow();
    public DateTimeOffset? ReadyAt { get; init; }
}
