using System.Globalization;
using DocuChat.Web.Localization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Web.Localization;

public sealed class FormatsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("en", 1234567, 0, "1,234,567")]
    [InlineData("fa", 1234567, 0, "۱٬۲۳۴٬۵۶۷")]
    [InlineData("en", 28.5, 2, "28.5")]
    [InlineData("fa", 28.52, 2, "۲۸٫۵۲")]
    [InlineData("fa", 0, 0, "۰")]
    public void Number_InEitherLanguage(string language, double value, int decimals, string expected) => Assert.Equal(expected, In(language, _ => Formats.Number((decimal)value, decimals)));

    [Theory]
    [InlineData("en", 1234.56, "1,235 Tomans")]
    [InlineData("fa", 0.3, "۰٫۳ تومان")]
    public void Tomans_KeepsHundredthsBelowAHundred(string language, double amount, string expected) => Assert.Equal(expected, In(language, formats => formats.Tomans((decimal)amount)));

    [Theory]
    [InlineData("en", 512, "512 B")]
    [InlineData("en", 2048, "2 KB")]
    [InlineData("fa", 1572864, "۱٫۵ مگابایت")]
    public void Bytes_InTheUnitThatFits(string language, long bytes, string expected) => Assert.Equal(expected, In(language, formats => formats.Bytes(bytes)));

    // 2026-03-21 is Nowruz: the first of Farvardin 1405, and the day before the last of Esfand 1404.
    [Theory]
    [InlineData("fa", "2026-03-21", "۱ فروردین ۱۴۰۵")]
    [InlineData("fa", "2026-03-20", "۲۹ اسفند ۱۴۰۴")]
    [InlineData("en", "2026-03-21", "21 Mar 2026")]
    public void Date_IsJalaliInPersian(string language, string date, string expected) =>
        Assert.Equal(expected, In(language, _ => Formats.Date(DateOnly.Parse(date, CultureInfo.InvariantCulture), withYear: true)));

    [Theory]
    [InlineData("en", "2026-11-24T08:30:00Z", "today, 12:00")]
    [InlineData("fa", "2026-11-24T08:30:00Z", "امروز، ساعت ۱۲:۰۰")]
    [InlineData("en", "2026-11-23T20:45:00Z", "today, 00:15")]
    [InlineData("en", "2026-11-23T20:15:00Z", "yesterday, 23:45")]
    [InlineData("fa", "2026-04-01T12:00:00Z", "۱۲ فروردین، ساعت ۱۵:۳۰")]
    [InlineData("en", "2025-11-24T08:30:00Z", "24 Nov 2025, 12:00")]
    public void DayAndTime_IsTheTenants(string language, string moment, string expected) =>
        Assert.Equal(
            expected,
            In(
                language,
                formats =>
                {
                    formats.Zone = Zones.Find("Asia/Tehran")!;
                    return formats.DayAndTime(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture));
                }
            )
        );

    [Fact]
    public void Zone_Unknown_IsNone() => Assert.Null(Zones.Find("Mars/Olympus"));

    private string In(string language, Func<Formats, string> use)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
            return use(new Formats(services.GetRequiredService<IStringLocalizer<Texts>>(), _time));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
