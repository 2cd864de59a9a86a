using System.Diagnostics;
using System.Runtime.CompilerServices;
using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Wolverine.EntityFrameworkCore;

namespace DocuChat.Core.Documents;

/// <summary>
/// Takes documents in, for the tenant that the scope is bound to. A document, its file and the message that it waits are one transaction:
/// whatever fails, nothing is half-stored, and nothing is stored and forgotten.
/// </summary>
public sealed class DocumentIntake(IDbContextOutbox<DocuChatDbContext> outbox, DocumentEvents events, TimeProvider time)
{
    private static readonly DocumentStatus[] Waiting = [DocumentStatus.Queued, DocumentStatus.Extracting, DocumentStatus.Chunking, DocumentStatus.Embedding];

    private DocuChatDbContext Database => outbox.DbContext;

    /// <summary>Stores an upload as a new document and queues it. The same bytes twice are one document; if that one had failed, it is tried again.</summary>
    /// <param name="uploadedBy">Who uploads.</param>
    /// <param name="name">The file's name; folders in it are dropped.</param>
    /// <param name="content">The file, read from where it stands to its end; a stream that can seek is not copied to disk again.</param>
    /// <param name="cancellationToken">Ends the upload; nothing is stored then.</param>
    public async Task<IntakeResult> StoreAsync(Guid uploadedBy, string name, Stream content, CancellationToken cancellationToken)
    {
        await using var upload = await SpooledUpload.ReadAsync(content, cancellationToken);
        return await StoreSpooledAsync(uploadedBy, name, upload, cancellationToken);
    }

    private async Task<IntakeResult> StoreSpooledAsync(Guid uploadedBy, string name, SpooledUpload upload, CancellationToken cancellationToken)
    {
        var type = await CheckAsync(upload, name, cancellationToken);
        if (type.Refusal is not null)
            return type.Refusal;

        if (await FindSameAsync(upload.Sha256, cancellationToken) is { } same)
            return await AgainAsync(same, cancellationToken);

        var document = new Document
        {
            TenantId = Database.Tenant.Required,
            Name = CleanName(name),
            ContentType = type.ContentType!,
            Bytes = upload.Bytes,
            Sha256 = upload.Sha256,
            UploadedBy = uploadedBy,
            CreatedAt = time.GetUtcNow(),
            QueuedAt = time.GetUtcNow(),
            TraceParent = Activity.Current?.Id,
        };
        try
        {
            await using var transaction = await Database.Database.BeginTransactionAsync(cancellationToken);
            Database.Documents.Add(document);
            await Database.SaveChangesAsync(cancellationToken);
            await StorePartsAsync(document, upload.Content, cancellationToken);
            await CommitQueuedAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Someone else stored the same bytes since we looked.
            Database.ChangeTracker.Clear();
            var winner = await FindSameAsync(upload.Sha256, cancellationToken);
            return new IntakeResult.Stored(winner ?? throw new InvalidOperationException("A document was there and is gone: upload again.", exception), AlreadyThere: true);
        }
        await TellAsync(document);
        return new IntakeResult.Stored(document, AlreadyThere: false);
    }

    /// <summary>
    /// Stores an upload as <see cref="StoreAsync"/> does; of a ZIP archive, each file in it as a document of its own. A file that is refused does not cost the
    /// others.
    /// </summary>
    /// <returns>Of each file its name and what became of it, in their order.</returns>
    public async IAsyncEnumerable<(string Name, IntakeResult Result)> StoreAllAsync(
        Guid uploadedBy,
        string name,
        Stream content,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var upload = await SpooledUpload.ReadAsync(content, cancellationToken);
        if (!await UploadedArchive.IsArchiveAsync(upload, name, cancellationToken))
        {
            yield return (name, await StoreSpooledAsync(uploadedBy, name, upload, cancellationToken));
            yield break;
        }
        using var archive = UploadedArchive.Open(upload);
        foreach (var member in archive.Members)
            yield return (member.Name, member.Refusal ?? await StoreMemberAsync(uploadedBy, member, cancellationToken));
    }

    private async Task<IntakeResult> StoreMemberAsync(Guid uploadedBy, UploadedArchive.Member member, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = await member.OpenAsync(cancellationToken);
            return await StoreAsync(uploadedBy, member.Name, file, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return new IntakeResult.Refused(IntakeRefusal.UnknownType, "The archive is damaged here: this file cannot be unpacked.");
        }
    }

    /// <summary>
    /// Gives a document new content: its next version. The old version answers until the new one is published. Bytes that it has already
    /// change nothing.
    /// </summary>
    /// <param name="documentId">The document.</param>
    /// <param name="name">The new file's name, or null to keep the old one (which then also says which text format it is).</param>
    /// <param name="content">The file, as for <see cref="StoreAsync"/>.</param>
    /// <param name="cancellationToken">Ends the upload; nothing is changed then.</param>
    public async Task<IntakeResult> ReplaceAsync(Guid documentId, string? name, Stream content, CancellationToken cancellationToken)
    {
        await using var upload = await SpooledUpload.ReadAsync(content, cancellationToken);
        var found = await Database.Documents.AsNoTracking().SingleOrDefaultAsync(document => document.Id == documentId, cancellationToken);
        if (found is null)
            return NotFound();
        var type = await CheckAsync(upload, name ?? found.Name, cancellationToken);
        if (type.Refusal is not null)
            return type.Refusal;
        if (await FindSameAsync(upload.Sha256, cancellationToken) is { } same)
            return same.Id == documentId ? await AgainAsync(same, cancellationToken) : SameElsewhere(same);

        try
        {
            await using var transaction = await Database.Database.BeginTransactionAsync(cancellationToken);
            var document = await Database.Documents.FromSql($"select * from documents where id = {documentId} for update").SingleOrDefaultAsync(cancellationToken);
            if (document is null)
                return NotFound();
            document.Name = name is null ? document.Name : CleanName(name);
            document.ContentType = type.ContentType!;
            document.Bytes = upload.Bytes;
            document.Sha256 = upload.Sha256;
            document.Version++;
            Requeue(document);
            await Database.SaveChangesAsync(cancellationToken);
            await StorePartsAsync(document, upload.Content, cancellationToken);
            await CommitQueuedAsync(cancellationToken);
            await TellAsync(document);
            return new IntakeResult.Stored(document, AlreadyThere: false);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            Database.ChangeTracker.Clear();
            return await FindSameAsync(upload.Sha256, cancellationToken) is { } winner ? SameElsewhere(winner) : NotFound();
        }
    }

    /// <summary>Processes a document's newest version again. One that waits or is being processed is left as it is.</summary>
    /// <returns>The document, or null when the tenant has none with that id.</returns>
    public async Task<Document?> ReindexAsync(Guid documentId, CancellationToken cancellationToken)
    {
        await using var transaction = await Database.Database.BeginTransactionAsync(cancellationToken);
        var document = await Database.Documents.FromSql($"select * from documents where id = {documentId} for update").SingleOrDefaultAsync(cancellationToken);
        if (document is null || Waiting.Contains(document.Status))
            return document;
        Requeue(document);
        await CommitQueuedAsync(cancellationToken);
        await TellAsync(document);
        return document;
    }

    /// <summary>
    /// Stops what is being done with a document, at whatever stage: its worker can publish nothing any more. A version that was published
    /// before goes on answering.
    /// </summary>
    /// <returns>The document as it stands now, or null when the tenant has none with that id.</returns>
    public async Task<Document?> CancelAsync(Guid documentId, CancellationToken cancellationToken)
    {
        var cancelled = await Database
            .Documents.Where(document => document.Id == documentId && Waiting.Contains(document.Status))
            .ExecuteUpdateAsync(
                update =>
                    update
                        .SetProperty(document => document.Status, DocumentStatus.Cancelled)
                        .SetProperty(document => document.LeaseUntil, (DateTimeOffset?)null)
                        .SetProperty(document => document.FencingToken, document => document.FencingToken + 1),
                cancellationToken
            );
        var document = await Database.Documents.AsNoTracking().SingleOrDefaultAsync(document => document.Id == documentId, cancellationToken);
        if (cancelled > 0 && document is not null)
            await TellAsync(document);
        return document;
    }

    /// <summary>Removes a document with all that was made from it, at whatever stage. Citations of it keep what they quoted.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(Guid documentId, CancellationToken cancellationToken)
    {
        var deleted = await Database.Documents.Where(document => document.Id == documentId).ExecuteDeleteAsync(cancellationToken);
        if (deleted > 0)
            await events.PublishAsync(Database.Tenant.Required, new DocumentEvent(documentId, DocumentStatus.Cancelled, 0) { Deleted = true });
        return deleted > 0;
    }

    private static async Task<(string? ContentType, IntakeResult.Refused? Refusal)> CheckAsync(SpooledUpload upload, string name, CancellationToken cancellationToken)
    {
        if (upload.Bytes == 0)
            return (null, new(IntakeRefusal.Empty, "The file is empty."));
        if (upload.Bytes > DocumentFilePart.MaximumFileBytes)
            return (null, new(IntakeRefusal.TooLarge, $"The file is larger than {DocumentFilePart.MaximumFileBytes / 1024 / 1024} MB."));
        var type = await FileTypes.DetectAsync(upload.Content, name, cancellationToken);
        return type.ContentType switch
        {
            null => (null, new(IntakeRefusal.UnknownType, type.Refusal!)),
            FileTypes.Zip => (null, new(IntakeRefusal.UnknownType, "This is an archive, which is many documents: it cannot stand in the place of one, or inside another archive.")),
            _ => (type.ContentType, null),
        };
    }

    private Task<Document?> FindSameAsync(byte[] sha256, CancellationToken cancellationToken) =>
        Database.Documents.AsNoTracking().SingleOrDefaultAsync(document => document.Sha256 == sha256, cancellationToken);

    private async Task<IntakeResult> AgainAsync(Document same, CancellationToken cancellationToken)
    {
        var document = same.Status is DocumentStatus.Failed or DocumentStatus.Cancelled ? await ReindexAsync(same.Id, cancellationToken) : same;
        return new IntakeResult.Stored(document ?? same, AlreadyThere: true);
    }

    private async Task StorePartsAsync(Document document, Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[DocumentFilePart.PartBytes];
        for (var part = 0; ; part++)
        {
            var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            if (length == 0)
                return;
            var entry = Database.DocumentFiles.Add(
                new DocumentFilePart
                {
                    TenantId = document.TenantId,
                    DocumentId = document.Id,
                    Version = document.Version,
                    Part = part,
                    Content = length == buffer.Length ? buffer : buffer[..length],
                }
            );
            await Database.SaveChangesAsync(cancellationToken);
            entry.State = EntityState.Detached;
        }
    }

    private async Task CommitQueuedAsync(CancellationToken cancellationToken)
    {
        await outbox.PublishAsync(new DocumentQueued());
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
    }

    // A worker that still holds the document loses it here.
    private void Requeue(Document document)
    {
        document.Status = DocumentStatus.Queued;
        document.Percent = 0;
        document.Error = null;
        document.Attempts = 0;
        document.Stages = [];
        document.QueuedAt = time.GetUtcNow();
        document.LeaseUntil = null;
        document.FencingToken++;
        document.TraceParent = Activity.Current?.Id;
    }

    private Task TellAsync(Document document) =>
        events.PublishAsync(document.TenantId, new DocumentEvent(document.Id, document.Status, document.Percent, document.Error));

    private static string CleanName(string name)
    {
        // Browsers on Windows have sent whole paths.
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new string([.. last.Where(character => !char.IsControl(character))]).Trim();
        return clean.Length switch
        {
            0 => "document",
            > 500 => clean[..500],
            _ => clean,
        };
    }

    private static IntakeResult.Refused NotFound() => new(IntakeRefusal.NotFound, "There is no such document.");

    private static IntakeResult.Refused SameElsewhere(Document same) =>
        new(IntakeRefusal.SameContentElsewhere, $"The document \"{same.Name}\" has exactly this content already.");
}
