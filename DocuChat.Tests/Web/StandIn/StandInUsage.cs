using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DocuChat.Tests.Web.StandIn;

/// <summary>Usage with round figures: each call of <c>/usage</c> answers one window.</summary>
internal static class StandInUsage
{
    public static void Map(IEndpointRouteBuilder api, StandInApi standIn) => api.MapGet("/usage", (string? period) => Of(period ?? "24h", standIn.HasUsage));

    private static object Of(string period, bool some)
    {
        var days = period switch { "month" => 24, "7d" => 7, _ => 1 };
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var rows = Enumerable.Range(0, some ? days : 0).Select(back => new
        {
            day = today.AddDays(-back),
            calls = 12 + back,
            tokens_in = 42_000 + 6_500 * (back * 7 % 5),
            tokens_out = 6_100 + 900 * (back * 3 % 4),
            cost_tomans = 962m + 148m * (back * 7 % 5),
        }).ToArray();
        var (tokensIn, tokensOut) = (rows.Sum(row => row.tokens_in), rows.Sum(row => row.tokens_out));
        return new
        {
            period,
            calls = rows.Sum(row => row.calls),
            tokens_in = tokensIn,
            tokens_out = tokensOut,
            cost_tomans = rows.Sum(row => row.cost_tomans),
            by_day = rows,
            by_model = some
                ? new[]
                {
                    new { model = "gpt-4o", calls = rows.Length * 9, tokens_in = tokensIn * 6 / 10, tokens_out = tokensOut * 8 / 10, cost_tomans = rows.Sum(row => row.cost_tomans) * 0.65m },
                    new { model = "gpt-4o-mini", calls = rows.Length * 2, tokens_in = tokensIn / 10, tokens_out = tokensOut * 2 / 10, cost_tomans = rows.Sum(row => row.cost_tomans) * 0.1m },
                    new { model = "text-embedding-3-small", calls = rows.Length * 3, tokens_in = tokensIn * 3 / 10, tokens_out = 0, cost_tomans = rows.Sum(row => row.cost_tomans) * 0.25m },
                }
                : [],
        };
    }
}
