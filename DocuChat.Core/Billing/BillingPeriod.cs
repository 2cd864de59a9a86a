namespace DocuChat.Core.Billing;

/// <summary>One day of a tenant, from its first moment to the first moment of the next: half-open, so that no moment belongs to two days or to none.</summary>
/// <param name="Day">The date in the tenant's time zone.</param>
/// <param name="Start">First moment.</param>
/// <param name="End">First moment after it. A day is 23, 24 or 25 hours long, or what else a country decides.</param>
public sealed record BillingPeriod(DateOnly Day, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The period of <paramref name="day"/> in <paramref name="zone"/>.</summary>
    public static BillingPeriod Of(DateOnly day, TimeZoneInfo zone) => new(day, StartOf(day, zone), StartOf(day.AddDays(1), zone));

    /// <summary>The date of <paramref name="moment"/> in <paramref name="zone"/>.</summary>
    public static DateOnly DayOf(DateTimeOffset moment, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        // Where clocks go forward at midnight (as Iran's did until 2022), midnight does not exist: read by the offset of the evening before it is
        // the moment that they go. Where they go back over it, it comes twice: the first one counts.
        var offset =
            zone.IsInvalidTime(midnight) ? zone.GetUtcOffset(midnight.AddHours(-12))
            : zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max()
            : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUniversalTime();
    }
}
