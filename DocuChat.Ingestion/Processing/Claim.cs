using DocuChat.Core.Documents;

namespace DocuChat.Ingestion.Processing;

/// <summary>A document that this worker holds. Whatever it writes names the fencing token, so that nothing it writes counts once it has lost it.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="TenantId">Its tenant.</param>
/// <param name="TenantSlug">The tenant's slug.</param>
/// <param name="Shard">The tenant's shard.</param>
/// <param name="ContentType">The file's type.</param>
/// <param name="Version">The version that is processed.</param>
/// <param name="Attempt">From 1; grows when a worker dies too.</param>
/// <param name="FencingToken">The claim's number.</param>
/// <param name="UploadedBy">Whom the embeddings are counted for.</param>
/// <param name="TraceParent">The upload's trace, or null.</param>
/// <param name="WasHeld">Another worker held it and gave no sign of life.</param>
internal sealed record Claim(
    Guid DocumentId,
    Guid TenantId,
    string TenantSlug,
    int Shard,
    string ContentType,
    int Version,
    int Attempt,
    long FencingToken,
    Guid UploadedBy,
    string? TraceParent,
    bool WasHeld
);

/// <summary>The document is no longer this worker's: cancelled, deleted, replaced, or taken over after the lease ran out.</summary>
internal sealed class ClaimLostException : Exception
{
    public ClaimLostException()
        : base("The document is no longer held by this worker.") { }
}

/// <summary>Where a held document stands, to be shown.</summary>
internal sealed record Progress(DocumentStatus Status, int Percent, IReadOnlyList<DocumentStage> Stages);
