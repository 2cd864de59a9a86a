using System.ComponentModel.DataAnnotations;
using DocuChat.Core.Billing;
using DocuChat.Core.Usage.Budgets;

namespace DocuChat.Api.Tenancy;

/// <summary>An organisation's settings, and where its account stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slug">Its short name, which never changes.</param>
/// <param name="Name">Its name.</param>
/// <param name="Language">Language of its e-mails and invoices: <c>fa</c> or <c>en</c>.</param>
/// <param name="TimeZone">IANA time zone in which its days and months begin.</param>
/// <param name="Discount">The discount that is valid now.</param>
/// <param name="Budget">The budget of this month; null when there is none.</param>
/// <param name="Standing">Whether it may ask: <c>read_only</c> while an invoice is overdue.</param>
public sealed record TenantSettings(Guid Id, string Slug, string Name, string Language, string TimeZone, DiscountView? Discount, BudgetView? Budget, Standing Standing);

/// <summary>May the organisation ask something new?</summary>
public enum Standing
{
    Good,
    ReadOnly,
}

/// <summary>A discount of <paramref name="Percent"/> on what is used from a moment until another; for good when there is none.</summary>
public sealed record DiscountView(decimal Percent, DateTimeOffset From, DateTimeOffset? Until)
{
    internal static DiscountView Of(TenantDiscount discount) => new(PlainNumber.Of(discount.Percent, 2), discount.ValidFrom, discount.ValidUntil);
}

/// <summary>A budget and what this month has taken of it, in its unit.</summary>
/// <param name="Unit"><c>tokens</c>, or <c>tomans</c> after discounts.</param>
/// <param name="Limit">The month's limit.</param>
/// <param name="Used">What is used.</param>
/// <param name="Reserved">The most that the calls which are under way may still use.</param>
/// <param name="Remaining">What a new call may use.</param>
/// <param name="Percent">Share of the limit that is used, to a tenth.</param>
/// <param name="Month">The month, such as <c>2026-11</c>, of the tenant's time zone.</param>
/// <param name="ResetsAt">When the next month begins.</param>
/// <param name="State"><c>warning</c> from 80 percent on; <c>exhausted</c> when nothing new is answered until the month ends or the budget is raised.</param>
public sealed record BudgetView(BudgetUnit Unit, decimal Limit, decimal Used, decimal Reserved, decimal Remaining, decimal Percent, string Month, DateTimeOffset ResetsAt, BudgetState State)
{
    internal static BudgetView Of(BudgetMonth month) =>
        new(
            month.Unit,
            PlainNumber.Of(month.Limit, 2),
            PlainNumber.Of(month.Used, 2),
            PlainNumber.Of(month.Reserved, 2),
            PlainNumber.Of(month.Remaining, 2),
            PlainNumber.Of(month.Percent, 1),
            month.Month.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture),
            month.ResetsAt,
            month.State
        );
}

/// <summary>What is to be changed; what is not sent stays as it is.</summary>
public sealed record TenantChange
{
    /// <summary>The organisation's name.</summary>
    [StringLength(200, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary><c>fa</c> or <c>en</c>.</summary>
    [AllowedValues(null, "fa", "en", ErrorMessage = "language is fa or en.")]
    public string? Language { get; init; }

    /// <summary>An IANA name, such as <c>Asia/Tehran</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The budget of every month from this one on; null to have none.</summary>
    public BudgetChange? Budget
    {
        get;
        init => (field, IsBudgetSent) = (value, true);
    }

    /// <summary>Whether a budget was sent, be it null.</summary>
    internal bool IsBudgetSent { get; private init; }
}

/// <summary>A budget.</summary>
/// <param name="Unit"><c>tokens</c> or <c>tomans</c>.</param>
/// <param name="Limit">Above 0; tokens are whole, Tomans have at most one decimal (the Rial).</param>
public sealed record BudgetChange([property: Required] BudgetUnit? Unit, [property: Required] decimal? Limit);

/// <summary>Numbers as people write them.</summary>
internal static class PlainNumber
{
    /// <summary>At most so many decimals, rounded down (99.99 % never looks like all), and none that are 0: the division drops what the column's scale put there.</summary>
    public static decimal Of(decimal number, int decimals) => decimal.Round(number, decimals, MidpointRounding.ToZero) / 1.0000000000000000000000000000m;
}
