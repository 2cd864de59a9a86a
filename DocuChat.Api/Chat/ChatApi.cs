using System.Globalization;
using DocuChat.Api.Auth;
using DocuChat.Api.Billing;
using DocuChat.Api.Http;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Conversations;
using DocuChat.Core.Models;
using DocuChat.Core.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace DocuChat.Api.Chat;

internal static class ChatApi
{
    public static void MapChatApi(this IEndpointRouteBuilder api)
    {
        var chat = api.MapGroup("/chat").WithTags("Chat").RequireAuthorization();
        chat.MapPost("/", AskAsync)
            .RequireGoodStanding()
            .RequireRateLimit(RateLimiting.Questions)
            .WithSummary("Answers a question from the tenant's documents")
            .WithDescription("With stream: server-sent events sources, delta…, citation…, usage, done or error. Each event has an id to resume after.")
            .Produces<ChatAnswer>(StatusCodes.Status200OK, "application/json", "text/event-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        chat.MapGet("/{messageId:guid}/events", ResumeAsync).WithSummary("Reads an answer's events, after the one named by Last-Event-ID").Produces(StatusCodes.Status200OK, contentType: "text/event-stream").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        chat.MapPost("/{messageId:guid}/stop", StopAsync).WithSummary("Stops an answer; what came so far is kept, and charged").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> AskAsync(
        ChatRequest request,
        CurrentUser current,
        DocuChatDbContext database,
        AnswerRuns runs,
        ChatModels models,
        IOptions<AnswersOptions> options,
        CancellationToken cancellationToken
    )
    {
        if (await RefusalAsync(request, current, database, models, options.Value, cancellationToken) is { } refusal)
            return refusal;
        // While a refusal can still be a status and not an event of the stream.
        await models.RequireBudgetAsync(current.TenantId, request.Message, request.Model, cancellationToken);
        var question = new Question(
            current.TenantId,
            current.TenantSlug,
            current.UserId,
            MessageId: Guid.CreateVersion7(),
            request.ConversationId ?? Guid.CreateVersion7(),
            IsNewConversation: request.ConversationId is null,
            request.Message.Trim(),
            request.DocumentIds is { Count: > 0 } ids ? ids : null,
            request.Model
        );
        var run = runs.Start(question);
        return request.Stream
            ? new EventStream(ChatEvents.OfAsync(run.ReadAsync(0, cancellationToken), cancellationToken))
            : await run.EndAsync<IResult>(answer => TypedResults.Ok(ChatAnswer.Of(answer)), failed => TypedResults.Problem(ChatEvents.Problem(failed)), cancellationToken);
    }

    private static async Task<Results<EventStream, ProblemHttpResult>> ResumeAsync(Guid messageId, CurrentUser current, AnswerRuns runs, HttpRequest request, CancellationToken cancellationToken)
    {
        _ = int.TryParse(request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var after);
        try
        {
            return await runs.ReadAsync(new AnswerId(current.TenantId, current.UserId, messageId), after, cancellationToken) is { } events
                ? new EventStream(ChatEvents.OfAsync(events, cancellationToken))
                : Problems.NotFound("running answer");
        }
        catch (Exception exception) when (IsUnreachable(exception))
        {
            return Problems.Unavailable("The answer cannot be read on just now.", "It goes on where it is made. Try again in a moment; once it is finished, it is in the conversation.");
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> StopAsync(Guid messageId, CurrentUser current, AnswerRuns runs)
    {
        try
        {
            return await runs.StopAsync(new AnswerId(current.TenantId, current.UserId, messageId)) ? TypedResults.NoContent() : Problems.NotFound("running answer");
        }
        catch (Exception exception) when (IsUnreachable(exception))
        {
            return Problems.Unavailable("The answer was not stopped.", "The server that makes it cannot be told just now. Stop it again in a moment; what is written until then is charged.");
        }
    }

    // The answer is made elsewhere, and Redis, which knows where, is away.
    private static bool IsUnreachable(Exception exception) => exception is RedisException or TimeoutException;

    private static async Task<ProblemHttpResult?> RefusalAsync(ChatRequest request, CurrentUser current, DocuChatDbContext database, ChatModels models, AnswersOptions options, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Message))
            return Problems.BadRequest("There is no question.", "Put it into message.");
        if (request.Message.Length > options.LongestQuestion)
            return Problems.BadRequest("The question is too long.", $"At most {options.LongestQuestion} characters are taken; upload a long text as a document.");
        if (request.Model is { } model && !models.Names.Contains(model))
            return Problems.BadRequest("There is no such model.", $"Use one of: {string.Join(", ", models.Names)}.");
        if (request.ConversationId is { } id && !await database.Conversations.AnyAsync(conversation => conversation.Id == id && conversation.UserId == current.UserId, cancellationToken))
            return Problems.NotFound("conversation");
        if (request.DocumentIds is { Count: > 0 } ids)
        {
            var wanted = ids.Distinct().ToList();
            if (await database.Documents.CountAsync(document => wanted.Contains(document.Id), cancellationToken) < wanted.Count)
                return Problems.NotFound("document");
        }
        return null;
    }
}
