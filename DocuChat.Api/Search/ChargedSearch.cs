using DocuChat.Api.Auth;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Usage;

namespace DocuChat.Api.Search;

/// <summary>A search that stands for itself, apart from any answer: the vector of its question is charged at once.</summary>
internal sealed class ChargedSearch(CurrentUser current, HybridSearch search, DocuChatDbContext database, UsageLedger ledger, UsageMetrics metrics)
{
    public async Task<IReadOnlyList<PassageView>> SearchAsync(string query, int topK, IReadOnlyList<Guid>? documents, CancellationToken cancellationToken)
    {
        var found = await search.SearchAsync(new SearchQuery(current.TenantId, query, topK, documents), cancellationToken);
        if (found.EmbeddingCall is { } call)
        {
            // The vector was made: its charge does not depend on whether the caller still waits.
            var charge = await ledger.AddAsync(database, current.TenantId, current.UserId, call, CancellationToken.None);
            if (charge.Added)
                metrics.Committed(current.TenantSlug, call);
        }
        return [.. found.Passages.Select(passage => new PassageView(passage.DocumentId, passage.DocumentName, passage.Page, passage.HeadingPath, passage.Text, passage.CharStart, passage.CharEnd, passage.Score))];
    }
}
