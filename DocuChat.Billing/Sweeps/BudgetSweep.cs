using DocuChat.Core.Billing.Mails;
using DocuChat.Core.Persistence;
using DocuChat.Core.Usage.Budgets;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Billing.Sweeps;

/// <summary>Tells the owners of a tenant when four fifths of its budget are used, and when all is: once a month each, in one transaction with the note that it was done.</summary>
internal sealed class BudgetSweep(IServiceScopeFactory scopes, TenantBudgets budgets, TimeProvider time, ILogger<BudgetSweep> logger) : Sweep(TimeSpan.FromMinutes(1), time, logger)
{
    public override async Task OnceAsync(CancellationToken cancellationToken)
    {
        foreach (var (tenantId, month) in await budgets.ReadUntoldAsync(cancellationToken))
            await TellAsync(tenantId, month, cancellationToken);
    }

    private async Task TellAsync(Guid tenantId, BudgetMonth month, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<DocuChatDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var budget = await database.TenantBudgets.FromSql($"select * from tenant_budget where tenant_id = {tenantId} for update").SingleOrDefaultAsync(cancellationToken);
        // Changed or removed since it was read, or another replica has told it: the next look sees what there is to tell.
        if (budget is null || (budget.Unit, budget.MonthlyLimit) != (month.Unit, month.Limit) || !budget.IsUntold(month))
            return;
        var mails = await scope.ServiceProvider.GetRequiredService<BudgetMails>().QueueAsync(database, tenantId, month, cancellationToken);
        budget.Told(month, Time.GetUtcNow());
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.BudgetTold(logger, tenantId, month.State, mails);
    }
}
