namespace DocuChat.Sandbox.OpenAi;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Path} failed")]
    public static partial void RequestFailed(ILogger logger, PathString path, Exception failure);
}
