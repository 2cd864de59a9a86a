using CsCheck;
using DocuChat.Core.Billing;

namespace DocuChat.Tests.Core.Billing;

public sealed class DiscountSegmentsTests
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    private static readonly Gen<TenantDiscount> Discount = Gen.Select(
        Gen.Int[0, 100],
        Gen.Int[1, 100],
        Gen.Bool,
        Gen.Int[0, 10_000],
        (from, length, endless, percent) =>
            new TenantDiscount { TenantId = default, Percent = percent / 100m, ValidFrom = Epoch.AddHours(from), ValidUntil = endless ? null : Epoch.AddHours(from + length), CreatedAt = Epoch }
    );

    [Fact]
    public void Of_AnyDiscounts_SaysOfEachMomentWhatTheyDo() =>
        Gen.Select(Discount.Array[0, 8], Gen.Int[-10, 250])
            .Sample(
                (discounts, hour) =>
                {
                    var moment = Epoch.AddHours(hour).AddMinutes(30);
                    var segments = DiscountSegments.Of(discounts);
                    Assert.Equal(DiscountSegments.At((IEnumerable<TenantDiscount>)discounts, moment), DiscountSegments.At(segments, moment));
                    Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.True(pair.First.Until <= pair.Second.From));
                }
            );

    [Fact]
    public void At_TheEdges_IsHalfOpen()
    {
        TenantDiscount[] discounts = [new() { TenantId = default, Percent = 10, ValidFrom = Epoch, ValidUntil = Epoch.AddHours(1), CreatedAt = Epoch }];

        Assert.Equal(0, DiscountSegments.At((IEnumerable<TenantDiscount>)discounts, Epoch.AddTicks(-1)));
        Assert.Equal(10, DiscountSegments.At((IEnumerable<TenantDiscount>)discounts, Epoch));
        Assert.Equal(0, DiscountSegments.At((IEnumerable<TenantDiscount>)discounts, Epoch.AddHours(1)));
    }
}
