using DocuChat.Api.Auth;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage.Budgets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Tenancy;

internal static class TenantApi
{
    /// <summary>Far above any month, and far below where sums would overflow.</summary>
    private const decimal LargestLimit = 1_000_000_000_000m;

    public static void MapTenantApi(this IEndpointRouteBuilder api)
    {
        var tenant = api.MapGroup("/tenant").WithTags("Tenant").RequireAuthorization();
        tenant.MapGet("/", GetAsync).WithSummary("The organisation's settings, discount, budget of this month, and standing");
        tenant
            .MapPatch("/", ChangeAsync)
            .RequireAuthorization(AuthRegistration.AdminPolicy)
            .WithSummary("Changes the settings and the budget; owners and admins")
            .WithDescription("What is not sent stays as it is; \"budget\": null removes the budget. The same change twice is one change.")
            .ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static async Task<Ok<TenantSettings>> GetAsync(CurrentUser current, DocuChatDbContext database, TenantBudgets budgets, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ReadAsync(current, database, budgets, time.GetUtcNow(), cancellationToken));

    private static async Task<Results<Ok<TenantSettings>, ValidationProblem>> ChangeAsync(
        TenantChange change,
        CurrentUser current,
        DocuChatDbContext database,
        TenantBudgets budgets,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (await WrongAsync(change, database, cancellationToken) is { Count: > 0 } wrong)
            return TypedResults.ValidationProblem(wrong);
        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Two changes at once are one after the other.
        var tenant = await database.Tenants.FromSql($"select * from tenants where id = {current.TenantId} for no key update").SingleAsync(cancellationToken);
        foreach (var action in await ApplyAsync(change, tenant, database, now, cancellationToken))
            database.AuditEvents.Add(new AuditEvent { TenantId = current.TenantId, UserId = current.UserId, Action = action, Subject = current.TenantId.ToString(), At = now });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Ok(await ReadAsync(current, database, budgets, now, cancellationToken));
    }

    /// <summary>Changes what differs.</summary>
    /// <returns>What was changed, in the audit's words.</returns>
    private static async Task<IReadOnlyList<string>> ApplyAsync(TenantChange change, Tenant tenant, DocuChatDbContext database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var actions = new List<string>();
        tenant.Name = change.Name?.Trim() ?? tenant.Name;
        tenant.Language = change.Language ?? tenant.Language;
        tenant.TimeZone = change.TimeZone ?? tenant.TimeZone;
        if (database.Entry(tenant).State == EntityState.Modified)
            actions.Add("tenant.changed");
        if (!change.IsBudgetSent)
            return actions;

        var budget = await database.TenantBudgets.SingleOrDefaultAsync(cancellationToken);
        switch (change.Budget)
        {
            case null when budget is not null:
                database.TenantBudgets.Remove(budget);
                actions.Add("tenant.budget_removed");
                break;
            case { Unit: { } unit, Limit: { } limit } when budget is null:
                database.TenantBudgets.Add(new TenantBudget { TenantId = tenant.Id, Unit = unit, MonthlyLimit = limit, ChangedAt = now });
                actions.Add("tenant.budget_set");
                break;
            case { Unit: { } unit, Limit: { } limit } when budget!.Change(unit, limit, now):
                actions.Add("tenant.budget_set");
                break;
        }
        return actions;
    }

    private static async Task<Dictionary<string, string[]>> WrongAsync(TenantChange change, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        var wrong = new Dictionary<string, string[]>();
        if (change.Name is { } name && string.IsNullOrWhiteSpace(name))
            wrong["name"] = ["Give the organisation a name."];
        if (change.TimeZone is { } zone && !await IsZoneAsync(zone, database, cancellationToken))
            wrong["time_zone"] = ["This is no IANA time zone. Give a name such as Asia/Tehran."];
        if (change.Budget is { Unit: { } unit, Limit: { } limit } && (limit <= 0 || limit > LargestLimit || decimal.Round(limit, unit == BudgetUnit.Tokens ? 0 : 1) != limit))
            wrong["budget.limit"] = [unit == BudgetUnit.Tokens ? "Give a whole number of tokens from 1 to 1,000,000,000,000." : "Give Tomans above 0 and up to 1,000,000,000,000, with at most one decimal."];
        return wrong;
    }

    // Both compute with it: the database for sums of months, the services for invoices.
    private static async Task<bool> IsZoneAsync(string name, DocuChatDbContext database, CancellationToken cancellationToken) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        && zone.HasIanaId
        && await database.Database.SqlQuery<bool>($"""select exists (select from pg_timezone_names where name = {name}) as "Value" """).SingleAsync(cancellationToken);

    private static async Task<TenantSettings> ReadAsync(CurrentUser current, DocuChatDbContext database, TenantBudgets budgets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tenant = await database.Tenants.AsNoTracking().SingleAsync(row => row.Id == current.TenantId, cancellationToken);
        // Of several the greatest counts, as on an invoice.
        var discount = await database
            .TenantDiscounts.AsNoTracking()
            .Where(row => row.ValidFrom <= now && (row.ValidUntil == null || row.ValidUntil > now))
            .OrderByDescending(row => row.Percent)
            .FirstOrDefaultAsync(cancellationToken);
        var month = await budgets.ReadAsync(current.TenantId, cancellationToken);
        return new TenantSettings(
            tenant.Id,
            tenant.Slug,
            tenant.Name,
            tenant.Language,
            tenant.TimeZone,
            discount is null ? null : DiscountView.Of(discount),
            month is null ? null : BudgetView.Of(month),
            await TenantStanding.IsReadOnlyAsync(database, current.TenantId, cancellationToken) ? Standing.ReadOnly : Standing.Good
        );
    }
}
