using System.Globalization;

namespace DocuChat.Core.Usage.Budgets;

/// <summary>A call was not made, because it could take the tenant past its budget. The message tells a person what is left, until when, and who can change it.</summary>
/// <param name="month">The budget as it was found.</param>
/// <param name="asked">The most that the call may use, in the budget's unit.</param>
public sealed class BudgetException(BudgetMonth month, decimal asked) : Exception(Explain(month, asked))
{
    /// <summary>What a problem of this kind is called, whatever its words are.</summary>
    public const string ProblemType = "urn:docuchat:problem:budget-exhausted";

    /// <summary>Its title.</summary>
    public const string ProblemTitle = "The budget of this month does not allow this.";

    /// <summary>The budget as it was found.</summary>
    public BudgetMonth Month { get; } = month;

    /// <summary>Whether it would be refused although nothing else were under way. If not, it may fit when the calls that are under way have ended.</summary>
    public bool IsForGood { get; } = month.Used + asked > month.Limit;

    private static string Explain(BudgetMonth month, decimal asked)
    {
        var left = Math.Max(0, month.Limit - month.Used);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(month.TimeZone);
        var resets = TimeZoneInfo.ConvertTime(month.ResetsAt, zone).ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
        var standing = string.Create(
            CultureInfo.InvariantCulture,
            $"{Amount(left, month.Unit)} of {Amount(month.Limit, month.Unit)} {(month.Unit == BudgetUnit.Tokens ? "tokens" : "Tomans")} are left, and this may take up to {Amount(asked, month.Unit)}."
        );
        return month.Used + asked > month.Limit
            ? $"{standing} An owner or admin of your organisation can raise the budget (PATCH /api/v1/tenant); else a new month begins on {resets} ({month.TimeZone})."
            : $"{standing} Calls that are under way have {Amount(month.Reserved, month.Unit)} of that set aside: try again when they have ended, or let an owner or admin of your organisation raise the budget.";
    }

    // A price is shown to the Rial.
    private static string Amount(decimal amount, BudgetUnit unit) => amount.ToString(unit == BudgetUnit.Tokens ? "#,0" : "#,0.#", CultureInfo.InvariantCulture);
}
