namespace DocuChat.Web.Tenancy;

/// <summary>An organisation's settings, and where its account stands.</summary>
public sealed record TenantSettings(Guid Id, string Slug, string Name, string Language, string TimeZone, Discount? Discount, Budget? Budget, string Standing)
{
    /// <summary>While an invoice is overdue: everything can be read and nothing asked.</summary>
    public bool IsReadOnly => Standing == "read_only";
}

/// <summary>Percent off from a moment until another.</summary>
public sealed record Discount(decimal Percent, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>The budget of a month; amounts in its unit, <c>tokens</c> or <c>tomans</c>.</summary>
public sealed record Budget(string Unit, decimal Limit, decimal Used, decimal Reserved, decimal Remaining, decimal Percent, DateTimeOffset ResetsAt, string State)
{
    /// <summary>From here on, in percent, the owners are warned.</summary>
    public const int WarningPercent = 80;
}
