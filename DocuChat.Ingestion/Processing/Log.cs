using Microsoft.Extensions.Logging;

namespace DocuChat.Ingestion.Processing;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Document {DocumentId} of {Tenant}: {Chunks} chunks in {Seconds:0.00} s, attempt {Attempt}")]
    public static partial void Published(ILogger logger, Guid documentId, string tenant, int chunks, double seconds, int attempt);

    [LoggerMessage(4002, LogLevel.Warning, "Document {DocumentId} of {Tenant} failed for good: {Reason}")]
    public static partial void Failed(ILogger logger, Guid documentId, string tenant, string reason);

    [LoggerMessage(4003, LogLevel.Warning, "Document {DocumentId} of {Tenant}: attempt {Attempt} failed, the next is in {Delay}")]
    public static partial void AttemptFailed(ILogger logger, Exception exception, Guid documentId, string tenant, int attempt, TimeSpan delay);

    [LoggerMessage(4004, LogLevel.Information, "Document {DocumentId} is no longer ours: cancelled, deleted, replaced or taken over")]
    public static partial void Lost(ILogger logger, Guid documentId);

    [LoggerMessage(4005, LogLevel.Warning, "Document {DocumentId} was taken over from a worker that gave no sign of life, attempt {Attempt}")]
    public static partial void TakenOver(ILogger logger, Guid documentId, int attempt);

    [LoggerMessage(4006, LogLevel.Warning, "The lease of document {DocumentId} could not be renewed")]
    public static partial void NotRenewed(ILogger logger, Exception exception, Guid documentId);

    [LoggerMessage(4007, LogLevel.Error, "The queue of documents could not be asked; trying again in {Delay}")]
    public static partial void QueueUnreachable(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(4008, LogLevel.Error, "What became of document {DocumentId} could not be stored; its lease will run out")]
    public static partial void OutcomeNotStored(ILogger logger, Exception exception, Guid documentId);

    [LoggerMessage(4009, LogLevel.Warning, "The length of the queue could not be read")]
    public static partial void QueueUnread(ILogger logger, Exception exception);

    [LoggerMessage(4010, LogLevel.Warning, "Reading process {ProcessId} ended with {ExitCode} ({Reason}) and is replaced")]
    public static partial void ReaderEnded(ILogger logger, int processId, int exitCode, string reason);

    [LoggerMessage(4011, LogLevel.Error, "The reader of {ContentType} failed in a way that nobody foresaw: {Fault}")]
    public static partial void ReaderFault(ILogger logger, string contentType, string fault);
}
