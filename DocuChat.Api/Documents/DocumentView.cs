using DocuChat.Core.Documents;

namespace DocuChat.Api.Documents;

/// <summary>A document as clients see it.</summary>
public sealed record DocumentView(
    Guid Id,
    string Name,
    string ContentType,
    long Bytes,
    DocumentStatus Status,
    int Percent,
    string? Error,
    IReadOnlyList<string> Notes,
    int Attempts,
    IReadOnlyList<DocumentStage> Stages,
    int? Pages,
    int Chunks,
    int Version,
    int? PublishedVersion,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ReadyAt
)
{
    public static DocumentView Of(Document document) =>
        new(
            document.Id,
            document.Name,
            document.ContentType,
            document.Bytes,
            document.Status,
            document.Percent,
            document.Error,
            document.Notes,
            document.Attempts,
            document.Stages,
            document.Pages,
            document.Chunks,
            document.Version,
            document.PublishedVersion,
            document.CreatedAt,
            document.ReadyAt
        );
}

/// <summary>What became of one file of an upload. A refused file has an error and no id; one that the tenant had already is told so.</summary>
public sealed record UploadedDocument(Guid? Id, string Name, string Status, bool? AlreadyThere = null, string? Error = null);

/// <summary>What became of the files of an upload, in their order.</summary>
public sealed record UploadResponse(IReadOnlyList<UploadedDocument> Documents);
