using System.Text.Json;
using DocuChat.Api.Auth;
using DocuChat.Api.Billing;
using DocuChat.Api.Chat;
using DocuChat.Api.Http;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Billing;
using DocuChat.Core.Conversations;
using DocuChat.Core.Models;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.OpenAi;

/// <summary>Answers a question over OpenAI's wire. The caller keeps the conversation: nothing of it is stored but the charge.</summary>
internal static class CompletionsApi
{
    public static void MapCompletions(this IEndpointRouteBuilder api) =>
        api.MapPost("/chat/completions", CompleteAsync)
            .RequireGoodStanding()
            .RequireRateLimit(RateLimiting.Questions)
            .WithSummary("Answers from the tenant's documents, as OpenAI's chat completions")
            .WithDescription("The last message is the question; citations come as [n] in the text and as annotations. Parameters of the model, tools and system messages are not used.")
            .Produces<Completion>(StatusCodes.Status200OK, "application/json", "text/event-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> CompleteAsync(
        CompletionRequest request,
        CurrentUser current,
        AnswerRuns runs,
        ChatModels models,
        IOptions<AnswersOptions> options,
        TimeProvider time,
        IOptions<BillingOptions> addresses,
        CancellationToken cancellationToken
    )
    {
        if (!models.Names.Contains(request.Model))
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: $"There is no model {request.Model}.", detail: $"Use one of: {string.Join(", ", models.Names)}.");
        if (request.N > 1)
            return Problems.BadRequest("Only one answer is given.", "Leave out n, or make it 1.");
        if (request.Messages is not [.., { Role: "user" } last])
            return Problems.BadRequest("There is no question.", "The last message must be the user's.");
        if (TextOf(last) is not { } text || string.IsNullOrWhiteSpace(text))
            return Problems.BadRequest("The question has no text.", "Its content must be a text, or parts of the type text: images and sounds are not read.");
        if (text.Length > options.Value.LongestQuestion)
            return Problems.BadRequest("The question is too long.", $"At most {options.Value.LongestQuestion} characters are taken; upload a long text as a document.");

        await models.RequireBudgetAsync(current.TenantId, text, request.Model, cancellationToken);
        var question = Question.Alone(current.TenantId, current.TenantSlug, current.UserId, text.Trim(), request.Model, Earlier(request.Messages, current.TenantId));
        // Whoever leaves this wire does not come back for the rest.
        var run = runs.Start(question, linger: TimeSpan.Zero);
        var reply = new CompletionReply($"chatcmpl-{question.MessageId:n}", time.GetUtcNow().ToUnixTimeSeconds(), request.Model, new Uri(addresses.Value.PublicUrl, "/api/v1/"));
        if (request.Stream)
            return new CompletionStream(run, reply, request.StreamOptions?.IncludeUsage == true);
        return await run.EndAsync<IResult>(answer => TypedResults.Ok(reply.Whole(answer)), failed => TypedResults.Problem(ChatEvents.Problem(failed)), cancellationToken);
    }

    private static List<Message> Earlier(IReadOnlyList<CompletionMessage> messages, Guid tenantId) =>
        [
            .. from message in messages.SkipLast(1)
            where message.Role is "user" or "assistant"
            select new Message
            {
                TenantId = tenantId,
                ConversationId = Guid.Empty,
                Role = message.Role == "user" ? MessageRole.User : MessageRole.Assistant,
                Content = TextOf(message) ?? "",
            },
        ];

    private static string? TextOf(CompletionMessage message) =>
        message.Content.ValueKind switch
        {
            JsonValueKind.String => message.Content.GetString(),
            JsonValueKind.Array when message.Content.EnumerateArray().All(IsText) => string.Join('\n', message.Content.EnumerateArray().Select(part => part.GetProperty("text").GetString())),
            _ => null,
        };

    private static bool IsText(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("type", out var type)
        && type.ValueEquals("text")
        && part.TryGetProperty("text", out var text)
        && text.ValueKind == JsonValueKind.String;
}
