using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DocuChat.Api.Auth;
using DocuChat.Api.Http;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DocuChat.Api.Usage;

/// <summary>A share of the usage. Costs are in Tomans, before any discount.</summary>
public sealed record UsageShare(string Name, long Calls, long TokensIn, long TokensOut, long Tokens, decimal CostTomans)
{
    internal static UsageShare Of(string name, IEnumerable<UsageSum> sums)
    {
        var sum = UsageSum.Of(sums);
        return new(name, sum.Calls, sum.TokensIn, sum.TokensOut, sum.Tokens, sum.CostTomans);
    }
}

/// <summary>Tokens of one direction: <c>in</c> or <c>out</c>.</summary>
public sealed record DirectionShare(string Direction, long Tokens);

/// <summary>A member's share.</summary>
public sealed record UserShare(Guid? UserId, string? Name, long Calls, long TokensIn, long TokensOut, long Tokens, decimal CostTomans);

/// <summary>A tenant's usage: four totals, and one period in parts. Days are those of the tenant's time zone.</summary>
public sealed record UsageView(
    string TimeZone,
    UsageSum Today,
    [property: JsonPropertyName("last_24_hours")] UsageSum Last24Hours,
    [property: JsonPropertyName("last_7_days")] UsageSum Last7Days,
    UsageSum Month,
    string Period,
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<UsageShare> ByModel,
    IReadOnlyList<DirectionShare> ByDirection,
    IReadOnlyList<UsageShare> ByDay,
    IReadOnlyList<UsageShare> ByKind,
    IReadOnlyList<UserShare> ByUser
);

internal static class UsageApi
{
    private static readonly Dictionary<string, UsagePeriod> Periods = new() { ["today"] = UsagePeriod.Today, ["24h"] = UsagePeriod.Day, ["7d"] = UsagePeriod.Week, ["month"] = UsagePeriod.Month };

    public static void MapUsageApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/usage", GetAsync)
            .WithTags("Usage")
            .WithSummary("Tokens and their price, by model, direction, day, kind and user")
            .WithDescription("period is today, 24h, 7d or month (the default). A member sees only its own line of by_user.")
            .RequireAuthorization();

    private static async Task<Results<Ok<UsageView>, ProblemHttpResult>> GetAsync(CurrentUser current, UsageReports reports, CancellationToken cancellationToken, string period = "month")
    {
        if (!Periods.TryGetValue(period, out var asked))
            return Problems.BadRequest("There is no such period.", $"Use one of: {string.Join(", ", Periods.Keys)}.");
        var report = await reports.ReadAsync(current.TenantId, asked, cancellationToken);
        var whole = UsageSum.Of(report.Lines.Select(line => line.Sum));
        return TypedResults.Ok(
            new UsageView(
                report.TimeZone,
                report.Today,
                report.LastDay,
                report.LastWeek,
                report.Month,
                period,
                report.From,
                report.To,
                By(report, line => line.Model),
                [new("in", whole.TokensIn), new("out", whole.TokensOut)],
                By(report, line => line.Day.ToString("O", CultureInfo.InvariantCulture)),
                By(report, line => JsonNamingPolicy.SnakeCaseLower.ConvertName(line.Kind.ToString())),
                ByUser(report, current)
            )
        );
    }

    private static List<UsageShare> By(UsageReport report, Func<UsageLine, string> part) =>
        [.. report.Lines.GroupBy(part, line => line.Sum).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => UsageShare.Of(group.Key, group))];

    private static List<UserShare> ByUser(UsageReport report, CurrentUser current) =>
        [
            .. report
                .Lines.Where(line => current.Role >= MemberRole.Admin || line.UserId == current.UserId)
                .GroupBy(line => (line.UserId, line.UserName), line => line.Sum)
                .Select(group => (Who: group.Key, Sum: UsageSum.Of(group)))
                .OrderByDescending(user => user.Sum.Tokens)
                .Select(user => new UserShare(user.Who.UserId, user.Who.UserName, user.Sum.Calls, user.Sum.TokensIn, user.Sum.TokensOut, user.Sum.Tokens, user.Sum.CostTomans)),
        ];
}
