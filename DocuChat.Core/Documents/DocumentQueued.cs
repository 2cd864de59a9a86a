namespace DocuChat.Core.Documents;

/// <summary>
/// Says that one more document waits. It names none on purpose: whoever receives it claims the fairest waiting one from the documents
/// table, so a lost, late or repeated message can neither lose nor double a document.
/// </summary>
public sealed record DocumentQueued
{
    /// <summary>Name of the PostgreSQL queue that carries it.</summary>
    public const string Queue = "documents";
}
