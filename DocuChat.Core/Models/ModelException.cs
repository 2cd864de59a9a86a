namespace DocuChat.Core.Models;

/// <summary>A model did not answer. The message is for operators; it holds no text of a question or a document.</summary>
public sealed class ModelException(string model, string status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The model that was called.</summary>
    public string Model { get; } = model;

    /// <summary>One of <see cref="ModelStatus"/>.</summary>
    public string Status { get; } = status;

    /// <summary>How long the server asked us to wait, when it did.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may succeed when it is made again.</summary>
    public bool IsTransient => Status is ModelStatus.RateLimited or ModelStatus.ServerError or ModelStatus.Timeout or ModelStatus.Unreachable;

    /// <summary>Whether another model may succeed where this one failed.</summary>
    public bool IsForAnotherModel => IsTransient || Status == ModelStatus.CircuitOpen;
}
