namespace DocuChat.Core.Tenancy;

/// <summary>What every line of a log carries while one tenant is served: <c>tenant</c>, its slug.</summary>
public static class LogScope
{
    /// <summary>For <c>ILogger.BeginScope</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Of(string? tenantSlug) => [new("tenant", tenantSlug)];
}
