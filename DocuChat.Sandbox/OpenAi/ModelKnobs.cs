using System.Globalization;

namespace DocuChat.Sandbox.OpenAi;

/// <summary>How a call is to go wrong.</summary>
internal enum Failure
{
    None,
    RateLimited,
    ServerError,
    Hang,
    Malformed,
}

/// <summary>
/// What tests ask for in the model's name, such as <c>gpt-4o+ttft=200ms+pace=50+tokens=200</c>. The README lists the knobs.
/// </summary>
internal sealed record ModelKnobs(string Model)
{
    public TimeSpan FirstToken { get; private init; }

    /// <summary>Tokens a second; null: as fast as it goes.</summary>
    public double? Pace { get; private init; }

    /// <summary>Length of an answer made of filler instead of quotes.</summary>
    public int? Tokens { get; private init; }

    public Failure Failure { get; private init; }

    /// <summary>HTTP status of a failure that has one.</summary>
    public int Status { get; private init; }

    public int RetryAfterSeconds { get; private init; } = 1;

    /// <summary>Only the first so many calls of this very name fail.</summary>
    public int? Times { get; private init; }

    /// <summary>The connection breaks after so many pieces.</summary>
    public int? CutAfter { get; private init; }

    /// <summary>null: usage is told as it is; <c>0</c>: it says zero; <c>none</c>: it is left out.</summary>
    public string? Usage { get; private init; }

    /// <summary>Takes a model's name apart.</summary>
    /// <returns>The knobs, or the knob that is not understood.</returns>
    public static (ModelKnobs? Knobs, string? Unknown) Parse(string name)
    {
        var parts = name.Split('+');
        var knobs = new ModelKnobs(parts[0]);
        foreach (var part in parts.Skip(1))
        {
            var (key, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
            if (With(knobs, key, value) is not { } next)
                return (null, part);
            knobs = next;
        }
        return (knobs, null);
    }

    private static ModelKnobs? With(ModelKnobs knobs, string key, string value) =>
        (key, value) switch
        {
            ("ttft", _) when Duration(value) is { } time => knobs with { FirstToken = time },
            ("pace", _) when Number(value) is > 0 and var pace => knobs with { Pace = pace },
            ("tokens", _) when Count(value) is { } count => knobs with { Tokens = count },
            ("cut", _) when Count(value) is { } count => knobs with { CutAfter = count },
            ("times", _) when Count(value) is { } count => knobs with { Times = count },
            ("retry", _) when Count(value) is { } seconds => knobs with { RetryAfterSeconds = seconds },
            ("usage", "0" or "none") => knobs with { Usage = value },
            ("fail", "429") => knobs with { Failure = Failure.RateLimited, Status = 429 },
            ("fail", "hang") => knobs with { Failure = Failure.Hang },
            ("fail", "malformed") => knobs with { Failure = Failure.Malformed },
            ("fail", _) when Count(value) is >= 400 and <= 599 and var status => knobs with { Failure = Failure.ServerError, Status = status },
            // A name of one's own, so that two tests do not share a count of times.
            ("id", _) => knobs,
            _ => null,
        };

    private static int? Count(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static double? Number(string value) => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan? Duration(string value) =>
        value.EndsWith("ms", StringComparison.Ordinal) ? Number(value[..^2]) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null
        : value.EndsWith('s') && Number(value[..^1]) is { } seconds ? TimeSpan.FromSeconds(seconds)
        : null;
}
