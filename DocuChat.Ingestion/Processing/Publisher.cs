using DocuChat.Core.Documents;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Ingestion.Extraction;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace DocuChat.Ingestion.Processing;

/// <summary>
/// Puts all that was made of a version in the place of the version before, and charges its embeddings, in one transaction: a reader sees the one
/// or the other, and a worker that lost the document changes nothing.
/// </summary>
internal sealed class Publisher(IServiceScopeFactory scopes, UsageLedger ledger, UsageMetrics usage, DocumentEvents events, IndexMaintenance maintenance)
{
    /// <exception cref="ClaimLostException">The document is no longer held; nothing was changed.</exception>
    public async Task PublishAsync(Claim claim, ExtractedDocument document, EmbeddedChunks embedded, StageClock clock, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantContext>().Use(claim.TenantId);
        var database = scope.ServiceProvider.GetRequiredService<DocuChatDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);

        var held = await database
            .Documents.FromSql($"select * from documents where id = {claim.DocumentId} and fencing_token = {claim.FencingToken} for update")
            .SingleOrDefaultAsync(cancellationToken);
        if (held is null)
            throw new ClaimLostException();

        if (held.PublishedVersion is not null || claim.Version > 1)
            await RemoveOlderAsync(database, claim, cancellationToken);
        StoreText(database, claim, document);
        await ChunkWriter.ReplaceAsync(
            (NpgsqlConnection)database.Database.GetDbConnection(),
            (NpgsqlTransaction)transaction.GetDbTransaction(),
            new ChunkBatch
            {
                TenantId = claim.TenantId,
                DocumentId = claim.DocumentId,
                Version = claim.Version,
                ModelId = embedded.Model.Id,
                Title = Path.GetFileNameWithoutExtension(held.Name),
            },
            embedded.Chunks,
            cancellationToken
        );

        clock.End("publishing");
        held.Status = DocumentStatus.Ready;
        held.Percent = 100;
        held.Error = null;
        held.Notes = document.Notes;
        held.PublishedVersion = claim.Version;
        held.Pages = document.Pages.Count > 0 ? document.Pages.Count : null;
        held.Chunks = embedded.Chunks.Count;
        held.Stages = clock.Stages;
        held.LeaseUntil = null;
        // The clock that gave the lease says when it was ready.
        held.ReadyAt = await database.Database.SqlQuery<DateTimeOffset>($"select clock_timestamp() as \"Value\"").SingleAsync(cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        // Last, because a tenant's charges wait for each other until the transaction ends.
        var charge = embedded.Call is null ? null : await ledger.AddAsync(database, claim.TenantId, claim.UploadedBy, embedded.Call, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        maintenance.Published(claim.TenantId);
        if (charge is { Added: true })
            usage.Committed(claim.TenantSlug, embedded.Call!);
        await events.PublishAsync(claim.TenantId, new DocumentEvent(claim.DocumentId, DocumentStatus.Ready, 100));
    }

    private static async Task RemoveOlderAsync(DocuChatDbContext database, Claim claim, CancellationToken cancellationToken)
    {
        await database.DocumentTexts.Where(text => text.DocumentId == claim.DocumentId).ExecuteDeleteAsync(cancellationToken);
        await database.DocumentPages.Where(page => page.DocumentId == claim.DocumentId).ExecuteDeleteAsync(cancellationToken);
        await database.DocumentFiles.Where(part => part.DocumentId == claim.DocumentId && part.Version < claim.Version).ExecuteDeleteAsync(cancellationToken);
    }

    private static void StoreText(DocuChatDbContext database, Claim claim, ExtractedDocument document)
    {
        database.DocumentTexts.Add(
            new DocumentText
            {
                TenantId = claim.TenantId,
                DocumentId = claim.DocumentId,
                Version = claim.Version,
                Text = document.Text,
            }
        );
        foreach (var page in document.Pages)
        {
            database.DocumentPages.Add(
                new DocumentPage
                {
                    TenantId = claim.TenantId,
                    DocumentId = claim.DocumentId,
                    Version = claim.Version,
                    Page = page.Number,
                    CharStart = page.Start,
                    CharEnd = page.End,
                    Width = page.Width,
                    Height = page.Height,
                    WordBoxes = WordBoxes.Pack(page.Words),
                }
            );
        }
    }
}
