namespace DocuChat.Web.Session;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The Api no longer renews a session ({Status}); it is signed out.")]
    public static partial void SessionEnded(this ILogger logger, int status);

    [LoggerMessage(2, LogLevel.Warning, "A sign-out could not be told to the Api; its refresh token stays valid until it expires.")]
    public static partial void LogoutNotTold(this ILogger logger, Exception exception);
}
