using Cronos;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Billing;

/// <summary>How tenants are billed. Section <c>Billing</c>.</summary>
public sealed class BillingOptions
{
    /// <summary>When the worker bills, in cron's five fields; empty for never (a CronJob bills then).</summary>
    public string Schedule { get; set; } = "0 3 * * *";

    /// <summary>IANA time zone of the schedule and of the run's own dates. A tenant's period is in the tenant's.</summary>
    public string TimeZone { get; set; } = "Asia/Tehran";

    /// <summary>The gateway takes more than this many Rials; what comes to no more is carried to the next invoice.</summary>
    public long MinimumRials { get; set; } = 1_000;

    /// <summary>An invoice above this many times the tenant's median day waits for an operator's release.</summary>
    public decimal AnomalyFactor { get; set; } = 10;

    /// <summary>How many days back the median looks.</summary>
    public int AnomalyDays { get; set; } = 30;

    /// <summary>With fewer billed days than this there is no median to speak of.</summary>
    public int AnomalyMinimumDays { get; set; } = 3;

    /// <summary>How long after it was issued an invoice is overdue.</summary>
    public TimeSpan DueAfter { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long the link of an e-mail works.</summary>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromDays(60);

    /// <summary>Tenants that a run closes at a time.</summary>
    public int Parallelism { get; set; } = 4;

    /// <summary>A reservation whose call has not been heard of for so long is an orphan.</summary>
    public TimeSpan OrphanAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where payers reach the Api. From <c>PUBLIC_URL</c>.</summary>
    public Uri PublicUrl { get; set; } = new("http://localhost:8000");

    /// <summary>Where people reach the Web: the way back from a payment, and links in e-mails; null for neither. From <c>WEB_URL</c>.</summary>
    public Uri? WebUrl { get; set; }

    /// <summary><see cref="TimeZone"/>.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
}

internal sealed class BillingOptionsValidator : IValidateOptions<BillingOptions>
{
    public ValidateOptionsResult Validate(string? name, BillingOptions options)
    {
        var failures = new List<string>();
        if (options.Schedule.Length > 0 && !CronExpression.TryParse(options.Schedule, out _))
            failures.Add("Billing__Schedule is no cron expression of five fields: give one such as \"0 3 * * *\", or leave it empty for no schedule.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
            failures.Add("Billing__TimeZone is no time zone: give an IANA name such as Asia/Tehran.");
        if (options.MinimumRials < 0)
            failures.Add("Billing__MinimumRials is negative: give the gateway's minimum, such as 1000.");
        if (options.AnomalyFactor <= 1)
            failures.Add("Billing__AnomalyFactor must be above 1: 10 holds invoices above ten times the median.");
        if (options.Parallelism is < 1 or > 64)
            failures.Add("Billing__Parallelism must be from 1 to 64.");
        if (options.DueAfter <= TimeSpan.Zero || options.LinkLifetime <= TimeSpan.Zero || options.OrphanAfter <= TimeSpan.Zero)
            failures.Add("Billing__DueAfter, Billing__LinkLifetime and Billing__OrphanAfter must be times above zero, such as 14.00:00:00.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
