using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Models;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{From} did not answer ({Status}); {To} is asked")]
    public static partial void FellBack(ILogger logger, string from, string to, string status);

    [LoggerMessage(2, LogLevel.Warning, "A call's reservation could not be kept up to date")]
    public static partial void HeartbeatFailed(ILogger logger, Exception failure);
}
