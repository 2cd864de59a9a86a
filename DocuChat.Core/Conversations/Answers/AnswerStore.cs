using DocuChat.Core.Persistence;
using DocuChat.Core.Usage;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Core.Conversations.Answers;

/// <summary>What is to be stored of an answer.</summary>
internal sealed record Draft(string Text, MessageStatus Status, IReadOnlyList<AnswerCitation> Citations, IReadOnlyList<ModelCall> Calls);

/// <summary>The two short transactions around an answer: its question before, everything else after. None is open while a model streams.</summary>
internal sealed class AnswerStore(DocuChatDbContext database, UsageLedger ledger, UsageMetrics metrics, TimeProvider time)
{
    private const int LongestTitle = 80;

    // More than fits into any history.
    private const int HistoryMessages = 40;

    /// <summary>What was said before the question, oldest first.</summary>
    public async Task<IReadOnlyList<Message>> HistoryAsync(Question question, CancellationToken cancellationToken)
    {
        if (question.Earlier is { } earlier)
            return earlier;
        if (question.IsNewConversation)
            return [];
        var history = await database
            .Messages.AsNoTracking()
            .Where(message => message.ConversationId == question.ConversationId)
            .OrderByDescending(message => message.CreatedAt)
            .ThenByDescending(message => message.Id)
            .Take(HistoryMessages)
            .ToListAsync(cancellationToken);
        history.Reverse();
        return history;
    }

    /// <summary>Stores the question, unless the caller keeps the conversation.</summary>
    public async Task SaveQuestionAsync(Question question, CancellationToken cancellationToken)
    {
        if (question.Earlier is not null)
            return;
        var now = time.GetUtcNow();
        if (question.IsNewConversation)
            database.Conversations.Add(
                new Conversation { Id = question.ConversationId, TenantId = question.TenantId, UserId = question.UserId, Title = Title(question.Text), CreatedAt = now, UpdatedAt = now }
            );
        database.Messages.Add(new Message { TenantId = question.TenantId, ConversationId = question.ConversationId, Role = MessageRole.User, Content = question.Text, CreatedAt = now });
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Stores the answer with its citations and charges its calls, all or nothing; then counts them.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="draft">The answer.</param>
    /// <param name="receipt">Makes the receipt when the cost is known, in Tomans.</param>
    public async Task<Receipt> SaveAnswerAsync(Question question, Draft draft, Func<decimal, Receipt> receipt)
    {
        // Whoever left or stopped the answer does not stop its charge.
        var cancellationToken = CancellationToken.None;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var charges = new List<(ModelCall Call, Charge Charge)>();
        foreach (var call in draft.Calls)
            charges.Add((call, await ledger.AddAsync(database, question.TenantId, question.UserId, call, cancellationToken)));

        var made = receipt(charges.Sum(pair => pair.Charge.CostTomans));
        var now = time.GetUtcNow();
        var conversations = question.Earlier is not null
            ? 0
            : await database
                .Conversations.Where(conversation => conversation.Id == question.ConversationId)
                .ExecuteUpdateAsync(update => update.SetProperty(conversation => conversation.UpdatedAt, now), cancellationToken);
        // Kept by the caller, or deleted meanwhile: there is no place for the answer, but it was made, and is charged.
        if (conversations > 0)
        {
            database.Messages.Add(Row(question, draft, made, now));
            await database.SaveChangesAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);

        foreach (var (call, charge) in charges)
        {
            if (charge.Added)
                metrics.Committed(question.TenantSlug, call);
        }
        return made;
    }

    private static Message Row(Question question, Draft draft, Receipt receipt, DateTimeOffset now) =>
        new()
        {
            Id = question.MessageId,
            TenantId = question.TenantId,
            ConversationId = question.ConversationId,
            Role = MessageRole.Assistant,
            Content = draft.Text,
            Status = draft.Status,
            Grounded = draft.Citations.Count > 0,
            Receipt = receipt,
            CreatedAt = now,
            Citations =
            [
                .. draft.Citations.Select(citation => new Citation
                {
                    TenantId = question.TenantId,
                    MessageId = question.MessageId,
                    N = citation.N,
                    DocumentId = citation.DocumentId,
                    Version = citation.Version,
                    DocumentName = citation.DocumentName,
                    Page = citation.Page,
                    CharStart = citation.CharStart,
                    CharEnd = citation.CharEnd,
                    Quote = citation.Quote,
                    Boxes = citation.Boxes,
                }),
            ],
        };

    private static string Title(string question)
    {
        var line = question.ReplaceLineEndings(" ").Trim();
        if (line.Length <= LongestTitle)
            return line;
        var cut = char.IsHighSurrogate(line[LongestTitle - 1]) ? LongestTitle - 1 : LongestTitle;
        return line[..cut].TrimEnd() + "…";
    }
}
