using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Usage;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The tenants' chunk counts could not be read; their metrics keep their last values")]
    public static partial void TenantsUnread(ILogger logger, Exception failure);

    [LoggerMessage(2, LogLevel.Warning, "What was set aside for {RequestId} could not be given back; the billing worker will do it")]
    public static partial void ReservationLeft(ILogger logger, Guid requestId, Exception failure);
}
