using System.Data.Common;

namespace DocuChat.Core.Usage.Budgets;

/// <summary>How much of a budget is left to use.</summary>
public enum BudgetState
{
    Ok,

    /// <summary>Four fifths are used.</summary>
    Warning,

    /// <summary>All is used, or so much that a question did not fit into the rest any more.</summary>
    Exhausted,
}

/// <summary>A tenant's budget and what this month has taken of it. Amounts are in <see cref="Unit"/>.</summary>
/// <param name="Unit">What it counts.</param>
/// <param name="Limit">The month's limit.</param>
/// <param name="Used">What the ledger holds of this month.</param>
/// <param name="Reserved">The most that the calls which are under way may still use.</param>
/// <param name="Starts">First moment of the month, in the tenant's time zone.</param>
/// <param name="ResetsAt">First moment of the next.</param>
/// <param name="TimeZone">The tenant's IANA time zone.</param>
/// <param name="HasRefused">Whether a question did not fit any more this month.</param>
public sealed record BudgetMonth(BudgetUnit Unit, decimal Limit, decimal Used, decimal Reserved, DateTimeOffset Starts, DateTimeOffset ResetsAt, string TimeZone, bool HasRefused)
{
    /// <summary>Share of the limit from which on owners are warned. The database function admit_usage knows it too.</summary>
    public const decimal WarningShare = 0.8m;

    /// <summary>Columns of the functions budget_month and admit_usage under the alias m, in the order in which <see cref="Read"/> takes them.</summary>
    internal const string Columns = "m.unit, m.monthly_limit, m.used, m.reserved, m.starts, m.resets_at, m.time_zone, m.has_refused";

    /// <summary>What a new call may still use.</summary>
    public decimal Remaining => Math.Max(0, Limit - Used - Reserved);

    /// <summary>Percent of the limit that is used; above 100 when running calls ended past it.</summary>
    public decimal Percent => 100 * Used / Limit;

    /// <summary>Where it stands.</summary>
    public BudgetState State =>
        Used >= Limit || HasRefused ? BudgetState.Exhausted
        : Used >= Limit * WarningShare ? BudgetState.Warning
        : BudgetState.Ok;

    /// <summary>The month in the tenant's time zone: its first day.</summary>
    public DateOnly Month => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Starts, TimeZoneInfo.FindSystemTimeZoneById(TimeZone)).DateTime);

    internal static BudgetMonth Read(DbDataReader reader, int at) =>
        new(
            Enum.Parse<BudgetUnit>(reader.GetString(at)),
            reader.GetDecimal(at + 1),
            reader.GetDecimal(at + 2),
            reader.GetDecimal(at + 3),
            reader.GetFieldValue<DateTimeOffset>(at + 4),
            reader.GetFieldValue<DateTimeOffset>(at + 5),
            reader.GetString(at + 6),
            reader.GetBoolean(at + 7)
        );
}
