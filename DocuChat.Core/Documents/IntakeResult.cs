namespace DocuChat.Core.Documents;

/// <summary>Why a file was not taken.</summary>
public enum IntakeRefusal
{
    /// <summary>No document of the tenant has that id.</summary>
    NotFound,

    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>It is larger than <see cref="DocumentFilePart.MaximumFileBytes"/>.</summary>
    TooLarge,

    /// <summary>Its type is not read.</summary>
    UnknownType,

    /// <summary>Another document of the tenant has these bytes already.</summary>
    SameContentElsewhere,
}

/// <summary>What became of an upload.</summary>
public abstract record IntakeResult
{
    private IntakeResult() { }

    /// <summary>The document is stored and waits.</summary>
    /// <param name="Document">The document.</param>
    /// <param name="AlreadyThere">The tenant had these bytes before: this is that document, and nothing new was stored.</param>
    public sealed record Stored(Document Document, bool AlreadyThere) : IntakeResult;

    /// <summary>Nothing was stored.</summary>
    /// <param name="Reason">The kind of reason.</param>
    /// <param name="Error">The reason in words for the person who uploads.</param>
    public sealed record Refused(IntakeRefusal Reason, string Error) : IntakeResult;
}
