using System.Globalization;

namespace DocuChat.Web.Usage;

/// <summary>Tokens of a day.</summary>
public sealed record UsageDay(DateOnly Day, long TokensIn, long TokensOut);

/// <summary>What the chart is drawn from.</summary>
internal static class UsageDays
{
    /// <summary>Every day from the first to the last, those without usage too.</summary>
    public static IReadOnlyList<UsageDay> Filled(IEnumerable<UsageShare> days, DateOnly first, DateOnly last)
    {
        var known = days.ToDictionary(day => DateOnly.Parse(day.Name, CultureInfo.InvariantCulture));
        return
        [
            .. Enumerable
                .Range(0, Math.Max(1, last.DayNumber - first.DayNumber + 1))
                .Select(first.AddDays)
                .Select(day => known.TryGetValue(day, out var share) ? new UsageDay(day, share.TokensIn, share.TokensOut) : new UsageDay(day, 0, 0)),
        ];
    }

    /// <summary>The top of a scale that holds <paramref name="most"/>: 4 steps of a round number.</summary>
    public static long Top(long most)
    {
        var magnitude = (long)Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(most, 4) / 4.0))));
        long[] rounds = [1, 2, 3, 5, 10];
        return 4 * magnitude * rounds.First(round => 4 * magnitude * round >= most);
    }
}
