using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Usage;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The tenants' chunk counts could not be read; their metrics keep their last values")]
    public static partial void TenantsUnread(ILogger logger, Exception failure);
}
