using System.Collections.Concurrent;
using System.Globalization;

namespace DocuChat.Sandbox.OpenAi;

/// <summary>Counts the calls of names with a <c>times</c> knob, and answers the failures that have a status.</summary>
internal sealed class ChatFailures
{
    private readonly ConcurrentDictionary<string, int> _calls = new();

    /// <summary>Whether this call of the name is one that fails.</summary>
    public bool IsDue(string name, ModelKnobs knobs) =>
        knobs.Failure != Failure.None && (knobs.Times is not { } times || _calls.AddOrUpdate(name, 1, (_, calls) => calls + 1) <= times);

    public static IResult Answer(HttpContext context, ModelKnobs knobs)
    {
        if (knobs.Failure == Failure.ServerError)
            return OpenAiError.Of(knobs.Status, "The server had an error while processing your request. Sorry about that!", "server_error");
        context.Response.Headers.RetryAfter = knobs.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return OpenAiError.Of(knobs.Status, $"Rate limit reached for {knobs.Model}. Please try again in {knobs.RetryAfterSeconds}s.", "requests", code: "rate_limit_exceeded");
    }
}
