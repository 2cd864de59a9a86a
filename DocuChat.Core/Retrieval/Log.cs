using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Retrieval;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The {Side} side of a search failed; the other one answers alone")]
    public static partial void Degraded(ILogger logger, string side, Exception failure);

    [LoggerMessage(2, LogLevel.Information, "Tenant {TenantId} has a vector shard of its own now")]
    public static partial void Promoted(ILogger logger, Guid tenantId);

    [LoggerMessage(3, LogLevel.Warning, "The index of tenant {TenantId} could not be maintained; its next publication tries again")]
    public static partial void MaintenanceFailed(ILogger logger, Guid tenantId, Exception failure);
}
