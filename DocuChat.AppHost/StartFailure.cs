using System.Text.RegularExpressions;

namespace DocuChat.AppHost;

/// <summary>Says in as few lines as possible why a resource ended, from what it wrote.</summary>
internal static partial class StartFailure
{
    /// <summary>The message of the exception that ended it, else its last lines.</summary>
    public static string Explain(IReadOnlyList<string> written)
    {
        // "Unhandled exception. System.InvalidOperationException: No database is configured: set …"
        var cause = written.Select(line => UnhandledException().Match(line)).FirstOrDefault(match => match.Success);
        return cause is not null
            ? cause.Groups["message"].Value
            : $"It wrote:{Environment.NewLine}{string.Join(Environment.NewLine, written.Where(line => !StackFrame().IsMatch(line)).TakeLast(12))}";
    }

    [GeneratedRegex(@"Unhandled exception\. [\w.+`]+(\s\([^)]*\))?: (?<message>.+)")]
    private static partial Regex UnhandledException();

    [GeneratedRegex(@"^\S*\s+at |\[sys\]")]
    private static partial Regex StackFrame();
}
