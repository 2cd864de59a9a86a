using DocuChat.Api.Auth;
using DocuChat.Api.Http;
using DocuChat.Core.Conversations;
using DocuChat.Core.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Conversations;

/// <summary>Conversations are their user's own: another member's id is no less unknown than another tenant's.</summary>
internal static class ConversationsApi
{
    public static void MapConversationsApi(this IEndpointRouteBuilder api)
    {
        var conversations = api.MapGroup("/conversations").WithTags("Conversations").RequireAuthorization();
        conversations.MapGet("/", ListAsync).WithSummary("The caller's conversations, the one used last first");
        conversations.MapGet("/{id:guid}", GetAsync).WithSummary("A conversation with its messages");
        conversations.MapPatch("/{id:guid}", RenameAsync).WithSummary("Renames a conversation");
        conversations.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Deletes a conversation; what it cost stays in the ledger");
        api.MapPost("/messages/{id:guid}/feedback", FeedbackAsync).WithTags("Conversations").WithSummary("Says what the caller thinks of an answer").RequireAuthorization();
    }

    private static async Task<Results<Ok<Page<ConversationView>>, ProblemHttpResult>> ListAsync(
        CurrentUser current,
        DocuChatDbContext database,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        if (!Cursor.TryParse(cursor, out var place))
            return Problems.BadRequest("The cursor cannot be read.", "Take it from next_cursor of the page before, or leave it out.");
        var rows = Own(database, current).AsNoTracking();
        if (place is { } after)
            rows = rows.Where(row => row.UpdatedAt < after.At || row.UpdatedAt == after.At && row.Id.CompareTo(after.Id) < 0);
        var count = Cursor.Limit(limit);
        var page = await rows.OrderByDescending(row => row.UpdatedAt).ThenByDescending(row => row.Id).Take(count + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Cursor.PageOf(page, count, row => new Cursor(row.UpdatedAt, row.Id), ConversationView.Of));
    }

    private static async Task<Results<Ok<ConversationDetail>, ProblemHttpResult>> GetAsync(Guid id, CurrentUser current, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        if (await Own(database, current).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } conversation)
            return Problems.NotFound("conversation");
        var messages = await database
            .Messages.AsNoTracking()
            .Include(message => message.Citations)
            .Where(message => message.ConversationId == id)
            .OrderBy(message => message.CreatedAt)
            .ThenBy(message => message.Id)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new ConversationDetail(conversation.Id, conversation.Title, conversation.CreatedAt, conversation.UpdatedAt, [.. messages.Select(MessageView.Of)]));
    }

    private static async Task<Results<Ok<ConversationView>, ProblemHttpResult>> RenameAsync(Guid id, RenameRequest request, CurrentUser current, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        if (await Own(database, current).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } conversation)
            return Problems.NotFound("conversation");
        conversation.Title = request.Title.Trim();
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(ConversationView.Of(conversation));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, CurrentUser current, DocuChatDbContext database, CancellationToken cancellationToken) =>
        await Own(database, current).Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken) > 0 ? TypedResults.NoContent() : Problems.NotFound("conversation");

    private static async Task<Results<NoContent, ProblemHttpResult>> FeedbackAsync(Guid id, FeedbackRequest request, CurrentUser current, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        var own = Own(database, current).Select(row => row.Id);
        var message = await database.Messages.SingleOrDefaultAsync(row => row.Id == id && row.Role == MessageRole.Assistant && own.Contains(row.ConversationId), cancellationToken);
        if (message is null)
            return Problems.NotFound("answer");
        message.Feedback = request.Feedback == 0 ? null : request.Feedback;
        message.FeedbackComment = string.IsNullOrWhiteSpace(request.Comment) ? null : request.Comment.Trim();
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static IQueryable<Conversation> Own(DocuChatDbContext database, CurrentUser current) => database.Conversations.Where(row => row.UserId == current.UserId);
}
