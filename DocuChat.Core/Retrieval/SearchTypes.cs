using DocuChat.Core.Usage;

namespace DocuChat.Core.Retrieval;

/// <summary>A question to a tenant's documents.</summary>
/// <param name="TenantId">Whose documents.</param>
/// <param name="Text">The question or key words, in any language.</param>
/// <param name="TopK">Passages wanted, 1 to 100.</param>
/// <param name="DocumentIds">Only in these documents; null for all.</param>
/// <param name="RequestId">The request that the embedding call is booked under; null makes one.</param>
public sealed record SearchQuery(Guid TenantId, string Text, int TopK, IReadOnlyList<Guid>? DocumentIds, Guid? RequestId = null);

/// <summary>A passage that was found.</summary>
/// <param name="ChunkId">The chunk. It lives as long as its version is published.</param>
/// <param name="DocumentId">Its document.</param>
/// <param name="DocumentName">The document's name.</param>
/// <param name="Version">The document's version.</param>
/// <param name="Page">Page that it begins on, from 1.</param>
/// <param name="HeadingPath">Headings that it stands under.</param>
/// <param name="Text">Its text.</param>
/// <param name="CharStart">Begin in the version's extracted text, in UTF-16 code units.</param>
/// <param name="CharEnd">End of the half-open range.</param>
/// <param name="Score">How well it fits, 0 to 1, to compare within one result only.</param>
public sealed record Passage(
    long ChunkId,
    Guid DocumentId,
    string DocumentName,
    int Version,
    int? Page,
    string? HeadingPath,
    string Text,
    int CharStart,
    int CharEnd,
    double Score
);

/// <summary>What a search found.</summary>
/// <param name="Passages">By falling score.</param>
/// <param name="Evidence">How sure it is that something relevant was found, 0 to 1, comparable between questions.</param>
/// <param name="EmbeddingCall">The model call that the caller charges; null when none was made.</param>
public sealed record SearchResult(IReadOnlyList<Passage> Passages, double Evidence, ModelCall? EmbeddingCall);
