using DocuChat.Core.Persistence;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>
/// An immutable part of a tenant's lexical index. Publishing a document's version writes a small one in the same transaction; merging makes a few
/// large ones of many small ones. Together a tenant's segments are its index.
/// </summary>
public sealed class LexicalSegment : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>The document whose version it indexes, so that it goes with it; null once merged.</summary>
    public Guid? DocumentId { get; init; }

    /// <summary>Number of the highest bits of a term that name its bucket.</summary>
    public required int Bits { get; init; }

    /// <summary>Lowest chunk id in it; postings are stored as distances from it.</summary>
    public required long FirstChunkId { get; init; }

    public required long LastChunkId { get; init; }

    /// <summary>Chunks in it, those that were deleted since included until it is merged.</summary>
    public required int Chunks { get; init; }

    /// <summary>Words in these chunks.</summary>
    public required long Words { get; init; }

    /// <summary>Size of its postings.</summary>
    public required long Bytes { get; init; }
}

/// <summary>The postings of a segment's terms that share a bucket, or of one term that has very many.</summary>
public sealed class LexicalBlock : ITenantOwned
{
    /// <summary><see cref="Term"/> of a block that holds a bucket's terms together.</summary>
    public const long Mixed = -1;

    public required Guid TenantId { get; init; }
    public required long SegmentId { get; init; }

    /// <summary>The highest bits of its terms.</summary>
    public required int Bucket { get; init; }

    /// <summary>The one term it is for, or <see cref="Mixed"/>.</summary>
    public required long Term { get; init; }

    /// <summary>Number of postings.</summary>
    public required int Postings { get; init; }

    /// <summary>The postings, packed by <see cref="PostingsFormat"/>.</summary>
    public required byte[] Data { get; init; }
}
