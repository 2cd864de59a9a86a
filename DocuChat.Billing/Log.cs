namespace DocuChat.Billing;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Prometheus gave no testimony: {Failure}")]
    public static partial void WitnessSilent(ILogger logger, string failure);

    [LoggerMessage(2, LogLevel.Error, "Tenant {Tenant} could not be billed for {Period}; the others go on")]
    public static partial void TenantFailed(ILogger logger, Exception failure, string tenant, DateOnly period);

    [LoggerMessage(3, LogLevel.Information, "Period {Period}: {Invoices} invoices, {Total} Tomans, {Failed} failed")]
    public static partial void RunEnded(ILogger logger, DateOnly period, int invoices, decimal total, int failed);

    [LoggerMessage(4, LogLevel.Error, "The scheduled billing run failed; the next one catches up")]
    public static partial void ScheduledRunFailed(ILogger logger, Exception failure);

    [LoggerMessage(5, LogLevel.Information, "The next billing run is at {At}")]
    public static partial void NextRun(ILogger logger, DateTimeOffset at);

    [LoggerMessage(6, LogLevel.Warning, "E-mail {Notification} ({Kind}) was not sent, attempt {Attempt}: {Failure}")]
    public static partial void MailNotSent(ILogger logger, Guid notification, string kind, int attempt, string failure);

    [LoggerMessage(7, LogLevel.Error, "{Sweep} failed; it runs again in {Interval}")]
    public static partial void SweepFailed(ILogger logger, Exception failure, string sweep, TimeSpan interval);

    [LoggerMessage(8, LogLevel.Warning, "Call {Request} of tenant {Tenant} never settled: {Tokens} tokens are charged as estimated")]
    public static partial void OrphanSettled(ILogger logger, Guid request, Guid tenant, long tokens);

    [LoggerMessage(9, LogLevel.Information, "Call {Request} of tenant {Tenant} ended before its first token: nothing is charged")]
    public static partial void OrphanReleased(ILogger logger, Guid request, Guid tenant);

    [LoggerMessage(10, LogLevel.Warning, "Invoice {Invoice} of tenant {Tenant} is overdue")]
    public static partial void InvoiceOverdue(ILogger logger, long invoice, Guid tenant);

    [LoggerMessage(11, LogLevel.Information, "The budget of tenant {Tenant} is at {State}: {Mails} e-mails queued")]
    public static partial void BudgetTold(ILogger logger, Guid tenant, Core.Usage.Budgets.BudgetState state, int mails);
}
