using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DocuChat.Tests.Web.StandIn;

/// <summary>The organisation's settings, budget and standing.</summary>
internal sealed class StandInTenant
{
    public string Name { get; set; } = "شرکت نمونه";
    public string Language { get; set; } = "fa";
    public string TimeZone { get; set; } = "Asia/Tehran";
    public StandInBudget? Budget { get; set; }

    /// <summary>An invoice is overdue.</summary>
    public bool IsReadOnly { get; set; }

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/tenant", () => Results.Ok(View()));
        api.MapPatch("/tenant", (JsonObject change) => Change(change));
    }

    private IResult Change(JsonObject change)
    {
        if ((string?)change["time_zone"] is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            return Results.ValidationProblem(new Dictionary<string, string[]> { ["time_zone"] = ["This is no IANA time zone. Give a name such as Asia/Tehran."] });
        (Name, Language, TimeZone) = ((string?)change["name"] ?? Name, (string?)change["language"] ?? Language, (string?)change["time_zone"] ?? TimeZone);
        // Null takes the budget away; nothing leaves it.
        if (change.ContainsKey("budget"))
            Budget = change["budget"] is { } budget ? new StandInBudget((string)budget["unit"]!, (decimal)budget["limit"]!, 0) : null;
        return Results.Ok(View());
    }

    private object View() =>
        new
        {
            id = Guid.Empty,
            slug = "demo-corp",
            name = Name,
            language = Language,
            time_zone = TimeZone,
            discount = (object?)null,
            budget = Budget is null
                ? null
                : new
                {
                    unit = Budget.Unit,
                    limit = Budget.Limit,
                    used = Budget.Used,
                    reserved = Budget.Reserved,
                    remaining = Math.Max(0, Budget.Limit - Budget.Used - Budget.Reserved),
                    percent = 100 * Budget.Used / Budget.Limit,
                    month = "2026-11",
                    resets_at = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero),
                    state = Budget.IsExhausted || Budget.Used >= Budget.Limit ? "exhausted" : Budget.Used >= 0.8m * Budget.Limit ? "warning" : "ok",
                },
            standing = IsReadOnly ? "read_only" : "good",
        };
}

internal sealed record StandInBudget(string Unit, decimal Limit, decimal Used, decimal Reserved = 0)
{
    /// <summary>A question did not fit any more into what is left.</summary>
    public bool IsExhausted { get; init; }
}
