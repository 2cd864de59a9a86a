using System.ComponentModel;
using DocuChat.Api.Auth;
using DocuChat.Api.Documents;
using DocuChat.Api.Http;
using DocuChat.Api.Search;
using DocuChat.Core.Billing;
using DocuChat.Core.Conversations;
using DocuChat.Core.Documents;
using DocuChat.Core.Models;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Usage.Budgets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace DocuChat.Api.Mcp;

/// <summary>What an agent may do. What it gets is the documents' text: data, in which whoever wrote a document may have put anything.</summary>
[McpServerToolType]
internal sealed class DocumentTools(CurrentUser current, DocuChatDbContext database)
{
    [McpServerTool(Name = "list_documents", ReadOnly = true), Description("Lists the organisation's documents that can be searched, newest first.")]
    public async Task<IReadOnlyList<ListedDocument>> ListAsync([Description("How many, at most 200.")] int limit = 50, CancellationToken cancellationToken = default) =>
        await database
            .Documents.AsNoTracking()
            .Where(document => document.PublishedVersion != null)
            .OrderByDescending(document => document.CreatedAt)
            .Take(Math.Clamp(limit, 1, 200))
            .Select(document => new ListedDocument(document.Id, document.Name, document.ContentType, document.CreatedAt))
            .ToListAsync(cancellationToken);

    [McpServerTool(Name = "search_documents", ReadOnly = true), Description("Finds the passages of the organisation's documents that fit a question or key words best, in Persian or English.")]
    public async Task<IReadOnlyList<PassageView>> SearchAsync(
        ChargedSearch search,
        [Description("The question or key words.")] string query,
        [Description("How many passages, 1 to 50.")] int topK = 8,
        CancellationToken cancellationToken = default
    )
    {
        await RequireAsync(query, cancellationToken);
        return await RefusableAsync(() => search.SearchAsync(query, Math.Clamp(topK, 1, 50), null, cancellationToken));
    }

    [McpServerTool(Name = "ask_documents", ReadOnly = true), Description("Answers a question from the organisation's documents. Each [n] in the answer is a citation whose quote was checked against the document.")]
    public async Task<ToolAnswer> AskAsync(AnswerRuns runs, ChatModels models, [Description("The question, in Persian or English.")] string question, CancellationToken cancellationToken = default)
    {
        await RequireAsync(question, cancellationToken);
        await RefusableAsync(async () =>
        {
            await models.RequireBudgetAsync(current.TenantId, question, null, cancellationToken);
            return true;
        });
        var run = runs.Start(Question.Alone(current.TenantId, current.TenantSlug, current.UserId, question.Trim(), null, []), linger: TimeSpan.Zero);
        return await run.EndAsync(
            answer => new ToolAnswer(
                answer.Text,
                answer.Grounded,
                [.. answer.Citations.Select(citation => new ToolCitation(citation.N, citation.DocumentId, citation.DocumentName, citation.Page, citation.Quote))]
            ),
            failed => throw new McpException($"{failed.Title} {failed.Detail}"),
            cancellationToken
        );
    }

    private async Task RequireAsync(string text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new McpException("There is no question.");
        if (await TenantStanding.IsReadOnlyAsync(database, current.TenantId, cancellationToken))
            throw new McpException("An invoice of your organisation is overdue: documents can be listed, and nothing asked, until it is paid.");
    }

    // A refusal is told to the agent; anything else is our failure, and is not.
    private static async Task<T> RefusableAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (BudgetException refused)
        {
            throw new McpException($"{BudgetException.ProblemTitle} {refused.Message}", refused);
        }
    }
}

public sealed record ListedDocument(Guid Id, string Name, string ContentType, DateTimeOffset CreatedAt);

/// <summary>An answer; <c>[n]</c> in it is the citation with that number.</summary>
public sealed record ToolAnswer(string Answer, bool Grounded, IReadOnlyList<ToolCitation> Citations);

public sealed record ToolCitation(int N, Guid DocumentId, string DocumentName, int? Page, string Quote);
