using System.Diagnostics.Metrics;
using DocuChat.Billing.Sweeps;
using Npgsql;

namespace DocuChat.Billing;

/// <summary>
/// What an operator watches, read from the tables each minute, so that it is the same whichever process did the work and survives a restart:
/// <c>docuchat_billing_drift_ratio{tenant}</c> (of its latest invoice), <c>docuchat_billing_waiting{what}</c>, <c>docuchat_budget_used_ratio{tenant}</c>,
/// <c>docuchat_billing_last_run_timestamp_seconds</c>.
/// </summary>
internal sealed class BillingMetrics : Sweep
{
    private readonly NpgsqlDataSource _source;
    private IReadOnlyList<Measurement<double>> _drift = [];
    private IReadOnlyList<Measurement<long>> _waiting = [];
    private IReadOnlyList<Measurement<double>> _budgets = [];
    private IReadOnlyList<Measurement<double>> _lastRun = [];

    public BillingMetrics(NpgsqlDataSource source, IMeterFactory meters, TimeProvider time, ILogger<BillingMetrics> logger)
        : base(TimeSpan.FromMinutes(1), time, logger)
    {
        _source = source;
        var byTenant = meters.Create("DocuChat.Tenants.Billing");
        byTenant.CreateObservableGauge("docuchat_billing_drift_ratio", () => _drift, description: "(Prometheus' tokens - the ledger's) / the ledger's, of the tenant's latest invoice that had a witness.");
        byTenant.CreateObservableGauge("docuchat_budget_used_ratio", () => _budgets, description: "Share of the month's budget that is used, of tenants that have one.");
        var meter = meters.Create("DocuChat.Billing");
        meter.CreateObservableGauge("docuchat_billing_waiting", () => _waiting, description: "What waits: e-mails, held invoices, refunds that are due, calls that have not settled, overdue invoices.");
        meter.CreateObservableGauge("docuchat_billing_last_run_timestamp_seconds", () => _lastRun, description: "When a run over all tenants last ended without a failure; before the first one, since when there are tenants.");
    }

    public override async Task OnceAsync(CancellationToken cancellationToken)
    {
        _drift = await ReadAsync(
            """
            select t.slug, i.drift
            from tenants t
            cross join lateral (select drift from tenant_invoice i where i.tenant_id = t.id and i.drift is not null order by i.period desc limit 1) i
            """,
            reader => new Measurement<double>(reader.GetDouble(1), new KeyValuePair<string, object?>("tenant", reader.GetString(0))),
            cancellationToken
        );
        _waiting = await ReadAsync(
            """
            select 'emails', count(*) from notifications where sent_at is null and failed_at is null
            union all select 'emails_failed', count(*) from notifications where failed_at is not null
            union all select 'invoices_held', count(*) from tenant_invoice where status = 'held'
            union all select 'invoices_overdue', count(*) from tenant_invoice where status = 'overdue'
            union all select 'refunds_due', count(*) from payment_attempt where status = 'refunddue'
            union all select 'calls_unsettled', count(*) from usage_reservations
            """,
            reader => new Measurement<long>(reader.GetInt64(1), new KeyValuePair<string, object?>("what", reader.GetString(0))),
            cancellationToken
        );
        _budgets = await ReadAsync(
            "select t.slug, (m.used / m.monthly_limit)::float8 from tenant_budget b join tenants t on t.id = b.tenant_id cross join lateral budget_month(b.tenant_id, now()) m",
            reader => new Measurement<double>(reader.GetDouble(1), new KeyValuePair<string, object?>("tenant", reader.GetString(0))),
            cancellationToken
        );
        _lastRun = await ReadAsync(
            """
            select extract(epoch from coalesce(
                (select max(finished_at) from billing_runs where only_tenant is null and failed = 0),
                (select min(created_at) from tenants)))::float8
            where exists (select from tenants)
            """,
            reader => new Measurement<double>(reader.GetDouble(0)),
            cancellationToken
        );
    }

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string query, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }
}
