namespace DocuChat.Core.Models.Pipeline;

/// <summary>
/// Leaves a model alone that failed several times in a row, so that nobody waits for it: after a rest, one call tries it; its success
/// closes the circuit, its failure opens it again.
/// </summary>
internal sealed class CircuitBreaker(int failuresToOpen, TimeSpan rest, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _failures;
    private DateTimeOffset _restsUntil;
    private bool _trying;

    /// <summary>Whether a call may be made now. Each call that may must end in one of the other three.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_failures < failuresToOpen)
                return true;
            if (_trying || time.GetUtcNow() < _restsUntil)
                return false;
            return _trying = true;
        }
    }

    public void Succeeded()
    {
        lock (_lock)
            (_failures, _trying) = (0, false);
    }

    public void Failed()
    {
        lock (_lock)
        {
            (_failures, _trying) = (_failures + 1, false);
            if (_failures >= failuresToOpen)
                _restsUntil = time.GetUtcNow() + rest;
        }
    }

    /// <summary>The call ended before it showed anything about the model.</summary>
    public void Abandoned()
    {
        lock (_lock)
            _trying = false;
    }
}
