using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Conversations;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The answer {MessageId} failed")]
    public static partial void AnswerFailed(ILogger logger, Guid messageId, Exception failure);

    [LoggerMessage(2, LogLevel.Warning, "No model answered {MessageId}: {Model} {Status}")]
    public static partial void NoModelAnswered(ILogger logger, Guid messageId, string model, string status, Exception failure);

    [LoggerMessage(5, LogLevel.Information, "The follow-up {MessageId} is searched for by the plain rule: {Failure}")]
    public static partial void NotRewritten(ILogger logger, Guid messageId, string failure);
}
