namespace DocuChat.Web.Api;

/// <summary>Problem details (RFC 9457) as the Api sends them.</summary>
internal sealed record ApiProblem(string? Type, string? Title, int? Status, string? Detail, string? TraceId, Dictionary<string, string[]>? Errors = null)
{
    /// <summary>What to show: the detail, the first field error, or else the title.</summary>
    public string? Words => Detail ?? Errors?.Values.SelectMany(messages => messages).FirstOrDefault() ?? Title;
}

/// <summary>The Api refused a call and said why.</summary>
internal sealed class ApiException(int status, ApiProblem problem, TimeSpan? retryAfter = null) : Exception($"The Api answered {status}: {problem.Title}")
{
    public int Status { get; } = status;
    public ApiProblem Problem { get; } = problem;

    /// <summary>How long to wait before another try, where the Api said so.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>The Api (or Redis, which holds the sign-in) cannot be reached or is not well: trying again later may help.</summary>
internal sealed class ApiUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The sign-in is over: it was signed out elsewhere, has expired, or the Api no longer accepts it.</summary>
internal sealed class SignInExpiredException() : Exception("The sign-in has expired.");
