namespace DocuChat.Web.Localization;

internal static class Zones
{
    /// <summary>A time zone by its IANA name; null when this machine does not know it.</summary>
    public static TimeZoneInfo? Find(string? name) => name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
