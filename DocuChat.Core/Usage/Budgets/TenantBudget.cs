using DocuChat.Core.Persistence;

namespace DocuChat.Core.Usage.Budgets;

/// <summary>What a budget counts.</summary>
public enum BudgetUnit
{
    /// <summary>Tokens of every model and both directions.</summary>
    Tokens,

    /// <summary>Tomans, after the tenant's discounts: what its invoices come to.</summary>
    Tomans,
}

/// <summary>
/// What a tenant may use in a calendar month of its time zone. Most tenants have none. The row is also the lock under which calls are
/// admitted, so that those that begin at once, in any process, cannot pass the limit together.
/// </summary>
public sealed class TenantBudget : ITenantOwned
{
    public required Guid TenantId { get; init; }
    public required BudgetUnit Unit { get; set; }

    /// <summary>In <see cref="Unit"/>, above 0.</summary>
    public required decimal MonthlyLimit { get; set; }

    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>When a question first did not fit any more into what was left: from then until its month ends the budget counts as used up.</summary>
    public DateTimeOffset? RefusedAt { get; set; }

    /// <summary>When the owners were last warned that most of it is used.</summary>
    public DateTimeOffset? WarnedAt { get; set; }

    /// <summary>When the owners were last told that it is used up.</summary>
    public DateTimeOffset? ExhaustionToldAt { get; set; }

    /// <summary>Whether the owners do not yet know where this month of the budget stands.</summary>
    public bool IsUntold(BudgetMonth month) =>
        month.State switch
        {
            BudgetState.Exhausted => !(ExhaustionToldAt >= month.Starts),
            BudgetState.Warning => !(WarnedAt >= month.Starts),
            _ => false,
        };

    /// <summary>Notes that they do. Who knows that all is used needs no warning any more.</summary>
    public void Told(BudgetMonth month, DateTimeOffset now)
    {
        WarnedAt = now;
        if (month.State == BudgetState.Exhausted)
            ExhaustionToldAt = now;
    }

    /// <summary>Sets another limit. What was told of the old one does not hold for the new one.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Change(BudgetUnit unit, decimal limit, DateTimeOffset now)
    {
        if (Unit == unit && MonthlyLimit == limit)
            return false;
        (Unit, MonthlyLimit, ChangedAt) = (unit, limit, now);
        (RefusedAt, WarnedAt, ExhaustionToldAt) = (null, null, null);
        return true;
    }
}
