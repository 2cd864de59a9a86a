using DocuChat.Core.Persistence;

namespace DocuChat.Core.Documents;

/// <summary>One part of an uploaded file: at most 50 MB a file, 1 MiB a part, so that neither side ever holds a file whole.</summary>
public sealed class DocumentFilePart : ITenantOwned
{
    /// <summary>Largest file taken, in bytes.</summary>
    public const long MaximumFileBytes = 50L * 1024 * 1024;

    /// <summary>Size of every part but the last, in bytes.</summary>
    public const int PartBytes = 1024 * 1024;

    public required Guid TenantId { get; init; }
    public required Guid DocumentId { get; init; }
    public required int Version { get; init; }

    /// <summary>Ordinal of the part, from 0.</summary>
    public required int Part { get; init; }

    public required byte[] Content { get; init; }
}

/// <summary>The text that was extracted from one version of a document. Offsets of chunks and citations count UTF-16 code units in it.</summary>
public sealed class DocumentText : ITenantOwned
{
    public required Guid TenantId { get; init; }
    public required Guid DocumentId { get; init; }
    public required int Version { get; init; }
    public required string Text { get; init; }
}

/// <summary>One page of a version's text, with the boxes of its words where the format has a layout.</summary>
public sealed class DocumentPage : ITenantOwned
{
    public required Guid TenantId { get; init; }
    public required Guid DocumentId { get; init; }
    public required int Version { get; init; }

    /// <summary>Number of the page, from 1.</summary>
    public required int Page { get; init; }

    /// <summary>Half-open range of the page in the document's text, in UTF-16 code units.</summary>
    public required int CharStart { get; init; }

    public required int CharEnd { get; init; }

    /// <summary>Size of the page in points (1/72 inch); null where the format has no layout.</summary>
    public double? Width { get; init; }

    public double? Height { get; init; }

    /// <summary>The boxes of the page's words, packed by <see cref="WordBoxes"/>; null where the format has no layout.</summary>
    public byte[]? WordBoxes { get; init; }
}
