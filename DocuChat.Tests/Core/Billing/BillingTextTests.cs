using DocuChat.Core.Billing;

namespace DocuChat.Tests.Core.Billing;

public sealed class BillingTextTests
{
    [Theory]
    [InlineData("2026-11-23", "۲ آذر ۱۴۰۵", "23 November 2026 (2 Azar 1405)")]
    // The last day of the leap year 1403 and the first of 1404.
    [InlineData("2025-03-20", "۳۰ اسفند ۱۴۰۳", "20 March 2025 (30 Esfand 1403)")]
    [InlineData("2025-03-21", "۱ فروردین ۱۴۰۴", "21 March 2025 (1 Farvardin 1404)")]
    public void Date_IsJalali(string date, string persian, string english)
    {
        Assert.Equal(persian, BillingText.Of("fa").Date(DateOnly.Parse(date, null)));
        Assert.Equal(english, BillingText.Of("en").Date(DateOnly.Parse(date, null)));
    }

    [Fact]
    public void Tomans_KeepEveryDigit()
    {
        Assert.Equal("۱۲۰٬۰۰۰٬۰۰۰٫۱ تومان", BillingText.Of("fa").Tomans(120_000_000.1m));
        Assert.Equal("0.0000000001 Tomans", BillingText.Of("en").Tomans(0.0000000001m));
    }
}
