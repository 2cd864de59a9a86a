namespace DocuChat.Core.Billing;

/// <summary>A time with one discount.</summary>
/// <param name="From">First moment.</param>
/// <param name="Until">First moment after it; <see cref="DateTimeOffset.MaxValue"/> for good.</param>
/// <param name="Percent">Percent off.</param>
public sealed record DiscountSegment(DateTimeOffset From, DateTimeOffset Until, decimal Percent);

/// <summary>Turns discounts, which may overlap, into times with one discount each: where several are valid, the greatest counts.</summary>
public static class DiscountSegments
{
    /// <summary>Disjoint segments in their order; times without a discount are left out.</summary>
    public static IReadOnlyList<DiscountSegment> Of(IReadOnlyCollection<TenantDiscount> discounts)
    {
        var edges = discounts.SelectMany(discount => new[] { discount.ValidFrom, discount.ValidUntil ?? DateTimeOffset.MaxValue }).Distinct().Order().ToList();
        return
        [
            .. edges
                .Zip(edges.Skip(1), (from, until) => new DiscountSegment(from, until, At(discounts, from)))
                .Where(segment => segment.Percent > 0),
        ];
    }

    /// <summary>The discount at <paramref name="moment"/>, in percent.</summary>
    public static decimal At(IEnumerable<TenantDiscount> discounts, DateTimeOffset moment) =>
        discounts
            .Where(discount => discount.ValidFrom <= moment && moment < (discount.ValidUntil ?? DateTimeOffset.MaxValue))
            .Select(discount => discount.Percent)
            .DefaultIfEmpty()
            .Max();

    /// <summary>The discount at <paramref name="moment"/> out of disjoint segments, in percent.</summary>
    public static decimal At(IReadOnlyList<DiscountSegment> segments, DateTimeOffset moment)
    {
        foreach (var segment in segments)
        {
            if (segment.From <= moment && moment < segment.Until)
                return segment.Percent;
        }
        return 0;
    }
}
