using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DocuChat.Tests.Web.StandIn;

/// <summary>What the stand-in answers to a question that contains <see cref="Trigger"/>.</summary>
internal sealed record StandInAnswer(string Trigger, string Text)
{
    public IReadOnlyList<StandInCitation> Citations { get; init; } = [];
    public bool Grounded { get; init; } = true;
    public string Model { get; init; } = "gpt-4o";
    public string ModelAsked { get; init; } = "gpt-4o";
    public string? FallbackReason { get; init; }
    public bool Extractive { get; init; }
    public string Status { get; init; } = "complete";

    /// <summary>Ends the stream with a problem instead of an answer.</summary>
    public (int Status, string Title, string Detail)? Error { get; init; }

    public string ErrorType { get; init; } = "about:blank";

    /// <summary>Pause before each piece of the text.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Closes the connection after the text, with neither done nor error.</summary>
    public bool BreaksOff { get; init; }
}

internal sealed record StandInCitation(int N, string DocumentName, int? Page, string Quote, int CharStart = 0, int CharEnd = 0, Guid? DocumentId = null);

/// <summary>Conversations and a chat that streams prepared answers.</summary>
internal sealed class StandInChat(StandInDocuments documents)
{
    private readonly ConcurrentDictionary<Guid, StandInConversation> _conversations = new();
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    public List<StandInAnswer> Answers { get; } = [];

    /// <summary>Refuses every question with this status and type of problem; 429 with a time to wait.</summary>
    public (int Status, string? Type)? Refusal { get; set; }

    public ConcurrentDictionary<Guid, int> Feedback { get; } = new();
    public IEnumerable<StandInConversation> Conversations => _conversations.Values.OrderByDescending(conversation => conversation.UpdatedAt);

    public void Add(StandInConversation conversation) => _conversations[conversation.Id] = conversation;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/chat", ChatAsync);
        api.MapPost("/chat/{id:guid}/stop", (Guid id) => _running.TryGetValue(id, out var stop) ? Stopped(stop) : Results.NotFound());
        api.MapPost("/messages/{id:guid}/feedback", (Guid id, StandInFeedback body) => { Feedback[id] = body.Feedback; return Results.NoContent(); });
        var conversations = api.MapGroup("/conversations");
        conversations.MapGet("/", () => new { items = Conversations.Select(View), next_cursor = (string?)null });
        conversations.MapGet("/{id:guid}", (Guid id) => _conversations.TryGetValue(id, out var found) ? Results.Ok(Whole(found)) : Missing());
        conversations.MapPatch("/{id:guid}", (Guid id, StandInTitle body) => Rename(id, body.Title));
        conversations.MapDelete("/{id:guid}", (Guid id) => _conversations.TryRemove(id, out _) ? Results.NoContent() : Missing());
    }

    private async Task ChatAsync(StandInQuestion question, HttpContext context)
    {
        if (Refusal is { } refusal)
        {
            if (refusal.Status == 429)
                context.Response.Headers.RetryAfter = "17";
            await Results.Problem(statusCode: refusal.Status, type: refusal.Type, title: "No.", detail: "Not now.").ExecuteAsync(context);
            return;
        }
        var answer = Answers.FirstOrDefault(answer => question.Message.Contains(answer.Trigger, StringComparison.OrdinalIgnoreCase)) ?? new StandInAnswer("", "This is not in your documents.") { Grounded = false };
        var conversation = question.ConversationId is { } known ? _conversations[known] : _conversations.GetOrAdd(Guid.CreateVersion7(), id => new StandInConversation(id, question.Message));
        var messageId = Guid.CreateVersion7();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        _running[messageId] = stop;

        var events = new EventWriter(context);
        events.Begin();
        await events.WriteAsync("sources", new { message_id = messageId, conversation_id = conversation.Id, sources = answer.Citations.Select(View) });
        if (answer.Error is { } error)
        {
            await events.WriteAsync("error", new { type = answer.ErrorType, title = error.Title, status = error.Status, detail = error.Detail, traceId = "0af7651916cd43dd8448eb211c80319c" });
            return;
        }

        var said = "";
        var status = answer.Status;
        try
        {
            foreach (var piece in Pieces(answer.Text))
            {
                await Task.Delay(answer.Pace, stop.Token);
                said += piece;
                await events.WriteAsync("delta", new { text = piece });
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            status = "stopped";
        }
        if (answer.BreaksOff)
        {
            context.Abort();
            return;
        }

        var message = new StandInMessage(messageId, "assistant", said, status, answer);
        conversation.Messages.Add(new StandInMessage(Guid.CreateVersion7(), "user", question.Message, "complete", null));
        conversation.Messages.Add(message);
        conversation.UpdatedAt = TimeProvider.System.GetUtcNow();
        foreach (var citation in answer.Citations)
            await events.WriteAsync("citation", View(citation));
        await events.WriteAsync("usage", Receipt(answer));
        await events.WriteAsync("done", Done(conversation, message));
        _running.TryRemove(messageId, out _);
    }

    private static IResult Stopped(CancellationTokenSource stop)
    {
        stop.Cancel();
        return Results.Accepted();
    }

    private IResult Rename(Guid id, string title)
    {
        if (!_conversations.TryGetValue(id, out var conversation))
            return Missing();
        conversation.Title = title;
        return Results.Ok(View(conversation));
    }

    private static IEnumerable<string> Pieces(string text)
    {
        for (var i = 0; i < text.Length; i += 7)
            yield return text.Substring(i, Math.Min(7, text.Length - i));
    }

    private object View(StandInCitation citation) =>
        new
        {
            n = citation.N,
            document_id = citation.DocumentId ?? documents.All.FirstOrDefault(document => document.Name == citation.DocumentName)?.Id ?? Guid.Empty,
            document_name = citation.DocumentName,
            version = 1,
            page = citation.Page,
            quote = citation.Quote,
            char_start = citation.CharStart,
            char_end = citation.CharEnd,
        };

    private static object Receipt(StandInAnswer answer) =>
        new
        {
            model_asked = answer.ModelAsked,
            model = answer.Model,
            fallback_reason = answer.FallbackReason,
            tokens_in = 1240,
            tokens_out = 186,
            cost_tomans = 28.52m,
            seconds_to_first_token = 0.42,
            seconds = 2.31,
            extractive = answer.Extractive,
        };

    private object Done(StandInConversation conversation, StandInMessage message) =>
        new
        {
            message_id = message.Id,
            conversation_id = conversation.Id,
            answer = message.Content,
            status = message.Status,
            grounded = message.Answer!.Grounded,
            citations = message.Answer.Citations.Select(View),
            receipt = Receipt(message.Answer),
        };

    private static object View(StandInConversation conversation) =>
        new { id = conversation.Id, title = conversation.Title, created_at = conversation.UpdatedAt, updated_at = conversation.UpdatedAt };

    private object Whole(StandInConversation conversation) =>
        new
        {
            id = conversation.Id,
            title = conversation.Title,
            created_at = conversation.UpdatedAt,
            updated_at = conversation.UpdatedAt,
            messages = conversation.Messages.Select(message => new
            {
                id = message.Id,
                role = message.Role,
                content = message.Content,
                status = message.Status,
                grounded = message.Answer?.Grounded,
                citations = message.Answer?.Citations.Select(View) ?? [],
                receipt = message.Answer is null ? null : Receipt(message.Answer),
                feedback = Feedback.TryGetValue(message.Id, out var rating) ? rating : (int?)null,
                created_at = conversation.UpdatedAt,
            }),
        };

    private static IResult Missing() => StandInApi.Problem(404, "There is no such conversation.", "Check the id; it may have been deleted.");
}

internal sealed class StandInConversation(Guid id, string title)
{
    public Guid Id { get; } = id;
    public string Title { get; set; } = title;
    public DateTimeOffset UpdatedAt { get; set; } = TimeProvider.System.GetUtcNow();
    public List<StandInMessage> Messages { get; } = [];
}

internal sealed record StandInMessage(Guid Id, string Role, string Content, string Status, StandInAnswer? Answer);

internal sealed record StandInQuestion(string Message, Guid? ConversationId, string? Model, bool Stream);

internal sealed record StandInTitle(string Title);

internal sealed record StandInFeedback(int Feedback, string? Comment);
