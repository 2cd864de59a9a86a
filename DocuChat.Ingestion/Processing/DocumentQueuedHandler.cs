using DocuChat.Core.Documents;

namespace DocuChat.Ingestion.Processing;

/// <summary>Receives the message that a document waits. Which one is done next is not the message's business.</summary>
public sealed class DocumentQueuedHandler(WorkSignal signal)
{
    /// <summary>Wakes a lane.</summary>
    public void Handle(DocumentQueued message)
    {
        _ = message;
        signal.Wake();
    }
}
