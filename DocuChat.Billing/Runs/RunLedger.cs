using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DocuChat.Billing.Runs;

/// <summary>What a run asks about all tenants at once, and its own record.</summary>
internal sealed class RunLedger(NpgsqlDataSource source, IServiceScopeFactory scopes)
{
    /// <summary>Every tenant, or the one of that slug, in the order of slugs.</summary>
    public async Task<IReadOnlyList<BilledTenant>> TenantsAsync(string? slug, CancellationToken cancellationToken)
    {
        // The first event of a tenant that was never billed: one step into an index.
        await using var command = source.CreateCommand(
            """
            select t.id, t.slug, t.time_zone, a.closed_on, first.began_at
            from tenants t
            left join billing_accounts a on a.tenant_id = t.id
            left join lateral (
                select e.began_at from usage_events e where e.tenant_id = t.id and a.closed_on is null order by e.began_at limit 1) first on true
            where $1 is null or t.slug = $1
            order by t.slug
            """
        );
        command.Parameters.Add(new() { Value = (object?)slug ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tenants = new List<BilledTenant>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(reader.GetString(2));
            DateOnly? closedOn = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3);
            DateOnly? firstDay = reader.IsDBNull(4) ? null : BillingPeriod.DayOf(reader.GetFieldValue<DateTimeOffset>(4), zone);
            tenants.Add(new BilledTenant(reader.GetGuid(0), reader.GetString(1), zone, closedOn, firstDay));
        }
        return tenants;
    }

    /// <summary>Those of <paramref name="open"/> that have something to bill: an event of the day, a late one, or a credit.</summary>
    /// <param name="open">Tenants whose day is not closed.</param>
    /// <param name="day">The day.</param>
    /// <param name="rehearsed">In a dry run, how the day before would have left a tenant.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    public async Task<IReadOnlyList<BilledTenant>> WithUsageAsync(IReadOnlyList<BilledTenant> open, DateOnly day, Func<BilledTenant, AccountState?> rehearsed, CancellationToken cancellationToken)
    {
        if (open.Count == 0)
            return [];
        var periods = open.Select(tenant => BillingPeriod.Of(day, tenant.Zone)).ToList();
        await using var command = source.CreateCommand(
            """
            select t.id
            from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::bigint[]) as t (id, starts, ends, rehearsed)
            left join billing_accounts a on a.tenant_id = t.id
            where exists (
                    select from usage_events e
                    where e.tenant_id = t.id and e.began_at < t.ends
                      and e.began_at >= case when t.rehearsed is null then coalesce(a.closed_until, t.starts) else t.starts end)
               or exists (select from usage_events e where e.tenant_id = t.id and e.id > coalesce(t.rehearsed, a.ledger_to, 0) and e.began_at < t.ends)
               or (t.rehearsed is null and exists (select from billing_credits c where c.tenant_id = t.id and c.invoice_id is null))
            """
        );
        command.Parameters.Add(new() { Value = open.Select(tenant => tenant.Id).ToArray() });
        command.Parameters.Add(new() { Value = periods.Select(period => period.Start.UtcDateTime).ToArray() });
        command.Parameters.Add(new() { Value = periods.Select(period => period.End.UtcDateTime).ToArray() });
        command.Parameters.Add(new() { Value = open.Select(tenant => rehearsed(tenant)?.LedgerTo).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var used = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
            used.Add(reader.GetGuid(0));
        return [.. open.Where(tenant => used.Contains(tenant.Id))];
    }

    /// <summary>Invoices of a day that are there.</summary>
    public async Task<IReadOnlyList<(string Slug, Invoice Invoice)>> InvoicedAsync(DateOnly day, string? slug, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<DocuChatDbContext>();
        var rows = await (
            from invoice in database.Invoices.AsNoTracking()
            join tenant in database.Tenants on invoice.TenantId equals tenant.Id
            where invoice.Period == day && (slug == null || tenant.Slug == slug)
            orderby tenant.Slug
            select new { tenant.Slug, Invoice = invoice }
        ).ToListAsync(cancellationToken);
        return [.. rows.Select(row => (row.Slug, row.Invoice))];
    }

    /// <summary>Closes the day for tenants that used nothing. An event that arrives in this moment is late, and loses nothing by it.</summary>
    public async Task CloseIdleAsync(IReadOnlyList<BilledTenant> tenants, DateOnly day, CancellationToken cancellationToken)
    {
        if (tenants.Count == 0)
            return;
        // Locked in one order, and never waited for: another run may be closing the same.
        await using var command = source.CreateCommand(
            """
            with idle as (
                select a.tenant_id, t.ends
                from unnest($1::uuid[], $2::timestamptz[]) as t (id, ends)
                join billing_accounts a on a.tenant_id = t.id
                where a.closed_on < $3
                order by a.tenant_id
                for update of a skip locked)
            update billing_accounts a set closed_on = $3, closed_until = idle.ends
            from idle where a.tenant_id = idle.tenant_id
            """
        );
        command.Parameters.Add(new() { Value = tenants.Select(tenant => tenant.Id).ToArray() });
        command.Parameters.Add(new() { Value = tenants.Select(tenant => BillingPeriod.Of(day, tenant.Zone).End.UtcDateTime).ToArray() });
        command.Parameters.Add(new() { Value = day });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Records that a run over a day has begun; returns its number.</summary>
    public async Task<long> BeginAsync(DateOnly day, string? tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<DocuChatDbContext>();
        var record = new BillingRunRecord { Period = day, OnlyTenant = tenant, StartedAt = now };
        database.BillingRuns.Add(record);
        await database.SaveChangesAsync(cancellationToken);
        return record.Id;
    }

    /// <summary>Records how it ended.</summary>
    public async Task EndAsync(long record, DateTimeOffset now, int tenants, int invoices, int failed, decimal total, bool witness, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<DocuChatDbContext>()
            .BillingRuns.Where(run => run.Id == record)
            .ExecuteUpdateAsync(
                run =>
                    run.SetProperty(r => r.FinishedAt, now)
                        .SetProperty(r => r.Tenants, tenants)
                        .SetProperty(r => r.Invoices, invoices)
                        .SetProperty(r => r.Failed, failed)
                        .SetProperty(r => r.Total, total)
                        .SetProperty(r => r.Witness, witness),
                cancellationToken
            );
    }
}
