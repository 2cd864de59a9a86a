using CsCheck;
using DocuChat.Web.Usage;

namespace DocuChat.Tests.Web.Usage;

public sealed class UsageDaysTests
{
    [Fact]
    public void Filled_DaysWithoutUsage_StandAtZero()
    {
        var days = UsageDays.Filled([new UsageShare("2026-11-23", 1, 10, 5, 15, 0.3m)], new DateOnly(2026, 11, 22), new DateOnly(2026, 11, 24));

        Assert.Equal([(22, 0L), (23, 10L), (24, 0L)], days.Select(day => (day.Day.Day, day.TokensIn)));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 4)]
    [InlineData(75_000, 80_000)]
    [InlineData(81_000, 120_000)]
    public void Top_IsFourRoundSteps(long most, long expected) => Assert.Equal(expected, UsageDays.Top(most));

    [Fact]
    public void Top_Always_HoldsTheMostAndWastesLittle() =>
        Gen.Long[1, 10_000_000_000_000].Sample(most => UsageDays.Top(most) >= most && (UsageDays.Top(most) < most * 3 || most < 12));
}
