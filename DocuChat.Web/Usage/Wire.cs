using System.Text.Json.Serialization;

namespace DocuChat.Web.Usage;

/// <summary>Sums of model calls; the cost is in Tomans, before any discount.</summary>
public sealed record UsageSum(long Calls, long TokensIn, long TokensOut, long Tokens, decimal CostTomans);

/// <summary>A part of the usage; of a day, the name is its date.</summary>
public sealed record UsageShare(string Name, long Calls, long TokensIn, long TokensOut, long Tokens, decimal CostTomans);

/// <summary>Tokens of one direction, <c>in</c> or <c>out</c>.</summary>
public sealed record DirectionShare(string Direction, long Tokens);

/// <summary>A member's part.</summary>
public sealed record UserShare(Guid? UserId, string? Name, long Calls, long TokensIn, long TokensOut, long Tokens, decimal CostTomans);

internal sealed record UsageReport(
    string? TimeZone,
    UsageSum Today,
    [property: JsonPropertyName("last_7_days")] UsageSum Last7Days,
    UsageSum Month,
    string Period,
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<UsageShare> ByModel,
    IReadOnlyList<DirectionShare> ByDirection,
    IReadOnlyList<UsageShare> ByDay,
    IReadOnlyList<UsageShare>? ByKind,
    IReadOnlyList<UserShare>? ByUser
);
