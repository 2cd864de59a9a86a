using CsCheck;
using DocuChat.Core.Billing;

namespace DocuChat.Tests.Core.Billing;

public sealed class InvoiceMathTests
{
    private const long Minimum = 1_000;

    // Prices of the ledger: up to six decimals.
    private static readonly Gen<decimal> Price = Gen.Long[0, 2_000_000_000].Select(micro => micro / 1_000_000m);
    private static readonly Gen<decimal> Percent = Gen.Int[0, 10_000].Select(hundredths => hundredths / 100m);

    [Theory]
    // 20 Tomans for 1,000 tokens are 0.2 Rial a token.
    [InlineData(150_000, 3_000.0)]
    // 5,000 tokens are exactly the minimum, which the gateway does not take.
    [InlineData(5_000, 0)]
    [InlineData(5_004, 0)]
    [InlineData(5_005, 100.1)]
    [InlineData(5_009, 100.1)]
    [InlineData(6_000_000_000, 120_000_000.0)]
    public void Sum_OfTokensAtTheDefaultPrice_IsWholeRialsOrNothing(long tokens, double expected)
    {
        var sum = InvoiceMath.Sum(0, [tokens * 20m / 1000], Minimum);

        Assert.Equal((decimal)expected, sum.Amount);
        Assert.Equal(tokens * 20m / 1000, sum.Amount + sum.CarriedOut);
    }

    [Fact]
    public void Sum_OverManyPeriods_LosesAndInventsNothing() =>
        Gen.Select(Price, Percent).Array[0, 20].Array[1, 40].Sample(periods =>
        {
            var (carried, invoiced) = (0m, 0m);
            foreach (var period in periods)
            {
                var sum = InvoiceMath.Sum(carried, period.Select(line => InvoiceMath.Discounted(line.Item1, line.Item2)), Minimum);
                Assert.True(sum.Amount == 0 || sum.Amount * 10 > Minimum);
                Assert.Equal(decimal.Truncate(sum.Amount * 10), sum.Amount * 10);
                Assert.InRange(sum.CarriedOut, 0, Minimum / 10m + 0.1m);
                (carried, invoiced) = (sum.CarriedOut, invoiced + sum.Amount);
            }
            Assert.Equal(periods.SelectMany(period => period).Sum(line => InvoiceMath.Discounted(line.Item1, line.Item2)), invoiced + carried);
        });

    [Fact]
    public void Discounted_OfASum_IsTheSumOfTheDiscounted() =>
        Gen.Select(Price.Array[1, 50], Percent).Sample((prices, percent) => Assert.Equal(prices.Sum(price => InvoiceMath.Discounted(price, percent)), InvoiceMath.Discounted(prices.Sum(), percent)));

    [Fact]
    public void Sum_WithACreditAboveTheRest_CarriesTheCreditOn()
    {
        var sum = InvoiceMath.Sum(carriedIn: 50m, [100m, -400m], Minimum);

        Assert.Equal(new InvoiceSum(Subtotal: -300m, CarriedIn: 50m, Amount: 0m, CarriedOut: -250m), sum);
    }

    [Theory]
    [InlineData(1_002, 1_000, 0.002)]
    [InlineData(0, 0, 0)]
    [InlineData(5, 0, 1)]
    [InlineData(0, 5_000, -1)]
    public void Drift_IsAShareOfTheLedger(double witness, long ledger, double expected) => Assert.Equal(expected, InvoiceMath.Drift(witness, ledger), precision: 9);

    [Fact]
    public void Median_OfAnyValues_HasAsManyBelowAsAbove() =>
        Price.Array[1, 30].Sample(values =>
        {
            var median = InvoiceMath.Median(values);
            Assert.True(values.Count(value => value < median) <= values.Length / 2 && values.Count(value => value > median) <= values.Length / 2);
        });
}
