using DocuChat.Core.Persistence;

namespace DocuChat.Core.Documents;

/// <summary>Where a document stands on its way from upload to answers.</summary>
public enum DocumentStatus
{
    Queued,
    Extracting,
    Chunking,
    Embedding,
    Ready,
    Failed,
    Cancelled,
}

/// <summary>Seconds that a document spent in one stage of its last processing.</summary>
public sealed record DocumentStage(string Name, double Seconds);

/// <summary>
/// A document and its place in the queue. This table is the queue's truth: a message only says that some document waits; the worker
/// claims one here with a lease and a fencing token.
/// </summary>
public sealed class Document : ITenantOwned
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }

    /// <summary>The type that the bytes have, not the one that the client named.</summary>
    public required string ContentType { get; set; }

    public required long Bytes { get; set; }

    /// <summary>SHA-256 of the newest uploaded content: the same bytes twice in a tenant are one document.</summary>
    public required byte[] Sha256 { get; set; }

    public DocumentStatus Status { get; set; } = DocumentStatus.Queued;

    /// <summary>0 to 100 of the processing that runs.</summary>
    public int Percent { get; set; }

    /// <summary>Why it failed, in words for the person who uploaded it.</summary>
    public string? Error { get; set; }

    /// <summary>What is in the file of the published version and not in its text, such as a scanned page; in words for the person who uploaded it.</summary>
    public IReadOnlyList<string> Notes { get; set; } = [];

    public int Attempts { get; set; }

    /// <summary>Version of the newest uploaded content, from 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Version that answers are made from; null until the first one is published.</summary>
    public int? PublishedVersion { get; set; }

    public int? Pages { get; set; }
    public int Chunks { get; set; }
    public IReadOnlyList<DocumentStage> Stages { get; set; } = [];
    public required Guid UploadedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ReadyAt { get; set; }

    /// <summary>When it joined the queue, or joins it again after a failed attempt.</summary>
    public DateTimeOffset QueuedAt { get; set; }

    /// <summary>Until when the worker that holds it is believed to live; renewed by its heartbeat.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Grows with every claim: a worker that lost its lease cannot publish with an older one.</summary>
    public long FencingToken { get; set; }

    /// <summary>W3C trace context of the upload, which the ingestion's trace links to.</summary>
    public string? TraceParent { get; set; }
}
