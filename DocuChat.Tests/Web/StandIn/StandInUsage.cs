using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DocuChat.Tests.Web.StandIn;

/// <summary>Usage with made figures, the same on every run for the same day.</summary>
internal static class StandInUsage
{
    public static void Map(IEndpointRouteBuilder api, StandInApi standIn) => api.MapGet("/usage", (string? period) => Of(period ?? "month", standIn.HasUsage));

    private static object Of(string period, bool some)
    {
        var now = TimeProvider.System.GetUtcNow();
        var days = DaysOf(period, now);
        var rows = some ? Enumerable.Range(0, days).Select(back => Day(now, back)).ToArray() : [];
        return new
        {
            time_zone = "UTC",
            today = Sum(some ? 1 : 0, now),
            last_24_hours = Sum(some ? 1 : 0, now),
            last_7_days = Sum(some ? 7 : 0, now),
            month = Sum(some ? now.Day : 0, now),
            period,
            from = now.AddDays(1 - days),
            to = now,
            by_model = some ? new[] { Share("gpt-4o", rows, 0.6m, 0.9m), Share("gpt-4o-mini", rows, 0.1m, 0.1m), Share("text-embedding-3-small", rows, 0.3m, 0m) } : [],
            by_direction = new[] { new { direction = "in", tokens = rows.Sum(row => row.TokensIn) }, new { direction = "out", tokens = rows.Sum(row => row.TokensOut) } },
            by_day = rows,
            by_kind = some ? new[] { Share("chat", rows, 0.7m, 1m), Share("question_embedding", rows, 0.05m, 0m), Share("ingestion_embedding", rows, 0.25m, 0m) } : [],
            by_user = Array.Empty<object>(),
        };
    }

    private static int DaysOf(string period, DateTimeOffset now) => period switch { "today" or "24h" => 1, "7d" => 7, _ => now.Day };

    private static StandInShare Day(DateTimeOffset now, int back)
    {
        var (tokensIn, tokensOut) = (42_000L + 6_500 * (back * 7 % 5), 6_100L + 900 * (back * 3 % 4));
        return Row(DateOnly.FromDateTime(now.AddDays(-back).UtcDateTime).ToString("O", CultureInfo.InvariantCulture), 12 + back, tokensIn, tokensOut);
    }

    private static StandInShare Sum(int days, DateTimeOffset now)
    {
        var rows = Enumerable.Range(0, days).Select(back => Day(now, back)).ToArray();
        return Row("", rows.Sum(row => row.Calls), rows.Sum(row => row.TokensIn), rows.Sum(row => row.TokensOut));
    }

    private static StandInShare Share(string name, StandInShare[] rows, decimal shareIn, decimal shareOut) =>
        Row(name, rows.Sum(row => row.Calls) / 3, (long)(rows.Sum(row => row.TokensIn) * shareIn), (long)(rows.Sum(row => row.TokensOut) * shareOut));

    private static StandInShare Row(string name, int calls, long tokensIn, long tokensOut) =>
        new(name, calls, tokensIn, tokensOut, tokensIn + tokensOut, (tokensIn + tokensOut) * 0.02m);

    private sealed record StandInShare(string Name, int Calls, long TokensIn, long TokensOut, long Tokens, decimal CostTomans);
}
