namespace DocuChat.Sandbox.Embeddings;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Loaded {Model} in {Milliseconds:0} ms")]
    public static partial void ModelLoaded(ILogger logger, string model, double milliseconds);
}
