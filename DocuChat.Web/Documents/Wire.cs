using System.Text.Json.Serialization;

namespace DocuChat.Web.Documents;

/// <summary>A document as the Api shows it. The status is one of queued, extracting, chunking, embedding, ready, failed, cancelled.</summary>
public sealed record DocumentRow(
    Guid Id,
    string Name,
    string? ContentType,
    long Bytes,
    string Status,
    int Percent,
    string? Error,
    IReadOnlyList<string>? Notes,
    int Attempts,
    IReadOnlyList<DocumentStage>? Stages,
    int? Pages,
    int Chunks,
    int Version,
    int? PublishedVersion,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ReadyAt
)
{
    [JsonIgnore]
    public bool IsUnderWay => Status is "queued" or "extracting" or "chunking" or "embedding";

    [JsonIgnore]
    public bool IsReady => Status == "ready";

    /// <summary>Whether there is a text to look at; an older version's is there while a newer one is made.</summary>
    [JsonIgnore]
    public bool HasText => IsReady || PublishedVersion is not null;
}

/// <summary>Time in a stage of the processing, in seconds.</summary>
public sealed record DocumentStage(string Name, double Seconds);

/// <summary>What <c>/documents/events</c> tells of one document.</summary>
internal sealed record DocumentEvent(Guid Id, string Status, int Percent, string? Error);
