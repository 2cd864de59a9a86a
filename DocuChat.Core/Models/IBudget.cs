namespace DocuChat.Core.Models;

/// <summary>Says whether a tenant may make a call.</summary>
public interface IBudget
{
    /// <summary>Returns when the call may be made.</summary>
    /// <param name="call">The call that is about to be made.</param>
    /// <param name="tokens">What it may use at most, both directions together.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <exception cref="BudgetException">The tenant's budget does not allow it.</exception>
    Task RequireAsync(ChatCall call, int tokens, CancellationToken cancellationToken);
}

/// <summary>A call was not made, because the tenant's budget does not allow it.</summary>
public sealed class BudgetException(string message) : Exception(message);

/// <summary>No tenant has a budget.</summary>
internal sealed class NoBudget : IBudget
{
    public Task RequireAsync(ChatCall call, int tokens, CancellationToken cancellationToken) => Task.CompletedTask;
}
