using System.Text.Json.Nodes;
using DocuChat.Web.Tenancy;

namespace DocuChat.Web.Settings;

/// <summary>What stands in the fields of the settings.</summary>
internal sealed class SettingsForm
{
    public string Name { get; set; } = "";
    public string Language { get; set; } = "";
    public string TimeZone { get; set; } = "";
    public bool HasBudget { get; set; }
    public decimal? Limit { get; set; }
    public string Unit { get; set; } = "tokens";

    public static SettingsForm Of(TenantSettings settings) =>
        new()
        {
            Name = settings.Name,
            Language = settings.Language,
            TimeZone = settings.TimeZone,
            HasBudget = settings.Budget is not null,
            Limit = settings.Budget?.Limit,
            Unit = settings.Budget?.Unit ?? "tokens",
        };

    /// <summary>The change to send. A budget that is null takes the budget away, so it is always said.</summary>
    public JsonObject ToChange() =>
        new()
        {
            ["name"] = Name.Trim(),
            ["language"] = Language,
            ["time_zone"] = TimeZone.Trim(),
            ["budget"] = HasBudget ? new JsonObject { ["unit"] = Unit, ["limit"] = Limit } : null,
        };
}
