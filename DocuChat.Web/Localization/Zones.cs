namespace DocuChat.Web.Localization;

internal static class Zones
{
    /// <summary>Names to choose from: those that this machine knows, by their place.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/') && !id.StartsWith("Etc/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>A time zone by its IANA name; null when this machine does not know it.</summary>
    public static TimeZoneInfo? Find(string? name) => name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
