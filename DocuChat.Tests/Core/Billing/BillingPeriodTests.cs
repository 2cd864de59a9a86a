using CsCheck;
using DocuChat.Core.Billing;

namespace DocuChat.Tests.Core.Billing;

public sealed class BillingPeriodTests
{
    private static readonly string[] Zones = ["Asia/Tehran", "Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];

    [Theory]
    [InlineData("Asia/Tehran", "2026-11-23", "2026-11-22T20:30:00Z", 24)]
    // Iran went forward at midnight until 2022: that day has no midnight and 23 hours; in autumn one has 25.
    [InlineData("Asia/Tehran", "2022-03-22", "2022-03-21T20:30:00Z", 23)]
    [InlineData("Asia/Tehran", "2022-09-21", "2022-09-20T19:30:00Z", 25)]
    // Jalali new year of 1405 and of the leap year 1403 (30 Esfand).
    [InlineData("Asia/Tehran", "2026-03-21", "2026-03-20T20:30:00Z", 24)]
    [InlineData("Asia/Tehran", "2025-03-20", "2025-03-19T20:30:00Z", 24)]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25)]
    // In Cuba midnight comes twice in autumn; the first one begins the day.
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25)]
    public void Of_AtChangesOfClocksAndYears_IsTheWholeLocalDay(string zone, string day, string start, int hours)
    {
        var period = BillingPeriod.Of(DateOnly.Parse(day, null), TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal(DateTimeOffset.Parse(start, null), period.Start);
        Assert.Equal(TimeSpan.FromHours(hours), period.End - period.Start);
    }

    [Fact]
    public void Of_AnyDays_FollowEachOtherWithoutGapOrOverlap() =>
        Gen.Select(Gen.Int[0, Zones.Length - 1].Select(i => Zones[i]), Gen.Int[0, 20_000])
            .Sample(
                (name, days) =>
                {
                    var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
                    var day = new DateOnly(1990, 1, 1).AddDays(days);
                    var (today, tomorrow) = (BillingPeriod.Of(day, zone), BillingPeriod.Of(day.AddDays(1), zone));
                    Assert.Equal(today.End, tomorrow.Start);
                    Assert.True(today.Start <= today.End);
                },
                iter: 2_000
            );

    [Fact]
    public void DayOf_AnyMomentOfAPeriod_IsItsDay() =>
        Gen.Select(Gen.Int[0, 2].Select(i => Zones[i]), Gen.Long[0, 2_000_000_000])
            .Sample(
                (name, seconds) =>
                {
                    var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
                    var moment = DateTimeOffset.FromUnixTimeSeconds(seconds);
                    var period = BillingPeriod.Of(BillingPeriod.DayOf(moment, zone), zone);
                    Assert.True(period.Start <= moment && moment < period.End, $"{moment:O} in {name}");
                },
                iter: 5_000
            );
}
