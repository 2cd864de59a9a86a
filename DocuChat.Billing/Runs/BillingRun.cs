using System.Collections.Concurrent;
using DocuChat.Billing.Witness;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using Microsoft.Extensions.Options;

namespace DocuChat.Billing.Runs;

/// <summary>
/// A billing run: closes every day that is not closed yet, up to the one that was asked for, of every tenant. Each tenant is a transaction of its
/// own, so that one's trouble is not another's, and what was done stays done.
/// </summary>
internal sealed class BillingRun(IServiceScopeFactory scopes, RunLedger ledger, PrometheusWitness witness, IOptions<BillingOptions> options, TimeProvider time, ILogger<BillingRun> logger)
{
    private readonly BillingOptions _options = options.Value;

    /// <summary>Runs, and prints the summary to <paramref name="output"/> as it goes.</summary>
    public async Task<RunReport> RunAsync(RunRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = request.Period ?? BillingPeriod.DayOf(now, _options.Zone).AddDays(-1);
        var tenants = await ledger.TenantsAsync(request.Tenant, cancellationToken);
        if (request.Tenant is not null && tenants.Count == 0)
            return await RefuseAsync(output, $"There is no tenant {request.Tenant}: give a slug such as demo-corp.");
        if (BillingPeriod.Of(last, _options.Zone).End > now)
            return await RefuseAsync(output, $"The period {last:yyyy-MM-dd} has not ended yet: only whole days are billed.");

        var summary = new RunSummary(output, _options, request.DryRun);
        var state = new RunState(tenants, request.DryRun);
        var report = new RunReport(0, 0, 0);
        var first = tenants.Select(tenant => tenant.NextDay).Where(day => day <= last).Min() ?? last;
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            var ofDay = await RunDayAsync(day, isLast: day == last, request, state, summary, cancellationToken);
            report = report with { Invoices = report.Invoices + ofDay.Invoices, Total = report.Total + ofDay.Total };
        }
        return report with { Failed = state.Failed.Count };
    }

    private async Task<RunReport> RunDayAsync(DateOnly day, bool isLast, RunRequest request, RunState state, RunSummary summary, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // A tenant further west may still be in that day: a later run closes it.
        var open = state.OpenOn(day).Where(tenant => BillingPeriod.Of(day, tenant.Zone).End <= now).ToList();
        var used = await ledger.WithUsageAsync(open, day, state.Rehearsed, cancellationToken);
        var closed = isLast ? await ledger.InvoicedAsync(day, request.Tenant, cancellationToken) : [];
        var known = used.Select(tenant => tenant.Slug).ToHashSet(StringComparer.Ordinal);
        closed = [.. closed.Where(invoiced => !known.Contains(invoiced.Slug))];
        // Days that nobody used anything in are closed without a word, but for the day that was asked for.
        if (used.Count == 0 && !isLast)
        {
            await CloseIdleAsync(open, day, state, request.DryRun, cancellationToken);
            return new RunReport(0, 0, 0);
        }

        var record = request.DryRun ? 0 : await ledger.BeginAsync(day, request.Tenant, now, cancellationToken);
        await summary.BeginAsync(now, day);
        var testimonies = await TestifyAsync(used, day, cancellationToken);
        if (testimonies.Values.FirstOrDefault(testimony => testimony.Silence is not null) is { Silence: { } silence })
            await summary.NoWitnessAsync(silence);
        await summary.FoundAsync(used.Count + closed.Count);
        foreach (var (slug, invoice) in closed)
            await summary.TenantAsync(slug, new Closing.Already(invoice));

        var (invoices, total, failed) = (0, 0m, 0);
        foreach (var group in used.Chunk(_options.Parallelism))
        {
            var closings = await Task.WhenAll(group.Select(tenant => CloseAsync(tenant, day, testimonies, state, request.DryRun, cancellationToken)));
            foreach (var (tenant, closing) in group.Zip(closings))
            {
                if (closing.Failure is not null)
                    await summary.FailedAsync(tenant.Slug, closing.Failure);
                else
                    await summary.TenantAsync(tenant.Slug, closing.Closing!);
                failed += closing.Failure is null ? 0 : 1;
                if (closing.Closing is Closing.Invoiced { Invoice.Amount: > 0 } invoiced)
                    (invoices, total) = (invoices + 1, total + invoiced.Invoice.Amount);
            }
        }
        await CloseIdleAsync(open.ExceptBy(used.Select(tenant => tenant.Id), tenant => tenant.Id), day, state, request.DryRun, cancellationToken);
        await summary.DoneAsync(invoices, total, failed);
        if (!request.DryRun)
            await ledger.EndAsync(record, time.GetUtcNow(), used.Count, invoices, failed, total, testimonies.Values.Any(testimony => testimony.Tokens is not null), cancellationToken);
        Log.RunEnded(logger, day, invoices, total, failed);
        return new RunReport(invoices, total, failed);
    }

    private async Task<(Closing? Closing, Exception? Failure)> CloseAsync(
        BilledTenant tenant,
        DateOnly day,
        IReadOnlyDictionary<DateTimeOffset, Testimony> testimonies,
        RunState state,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var figure = testimonies[BillingPeriod.Of(day, tenant.Zone).End].Of(tenant.Slug);
            var closing = await scope.ServiceProvider.GetRequiredService<PeriodClosing>().CloseAsync(tenant, day, figure, state.Rehearsed(tenant), dryRun, cancellationToken);
            state.Closed(tenant, day, closing);
            return (closing, null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.TenantFailed(logger, failure, tenant.Slug, day);
            state.Failed.TryAdd(tenant.Id, 0);
            return (null, failure);
        }
    }

    // Tenants of one time zone share a question.
    private async Task<IReadOnlyDictionary<DateTimeOffset, Testimony>> TestifyAsync(IReadOnlyList<BilledTenant> tenants, DateOnly day, CancellationToken cancellationToken)
    {
        var testimonies = new Dictionary<DateTimeOffset, Testimony>();
        foreach (var period in tenants.Select(tenant => BillingPeriod.Of(day, tenant.Zone)).DistinctBy(period => period.End))
            testimonies[period.End] = await witness.TestifyAsync(period, cancellationToken);
        return testimonies;
    }

    private async Task CloseIdleAsync(IEnumerable<BilledTenant> idle, DateOnly day, RunState state, bool dryRun, CancellationToken cancellationToken)
    {
        // A tenant without an account has its first day still before it.
        var tenants = idle.Where(tenant => tenant.ClosedOn is not null || state.IsBegun(tenant)).ToList();
        if (!dryRun)
            await ledger.CloseIdleAsync(tenants, day, cancellationToken);
        foreach (var tenant in tenants)
            state.Idle(tenant, day);
    }

    private static async Task<RunReport> RefuseAsync(TextWriter output, FormattableString reason)
    {
        var text = FormattableString.Invariant(reason);
        await output.WriteLineAsync(text);
        return new RunReport(0, 0, 0, text);
    }

    /// <summary>Which tenants are where, from day to day.</summary>
    private sealed class RunState(IReadOnlyList<BilledTenant> tenants, bool dryRun)
    {
        private readonly ConcurrentDictionary<Guid, DateOnly> _next = new(tenants.Where(tenant => tenant.NextDay is not null).Select(tenant => KeyValuePair.Create(tenant.Id, tenant.NextDay!.Value)));
        private readonly ConcurrentDictionary<Guid, AccountState> _rehearsed = new();
        private readonly ConcurrentDictionary<Guid, byte> _begun = new();

        /// <summary>Tenants that could not be billed; their later days wait, because days are closed in their order.</summary>
        public ConcurrentDictionary<Guid, byte> Failed { get; } = new();

        public IEnumerable<BilledTenant> OpenOn(DateOnly day) => tenants.Where(tenant => !Failed.ContainsKey(tenant.Id) && _next.TryGetValue(tenant.Id, out var next) && next <= day);

        public bool IsBegun(BilledTenant tenant) => _begun.ContainsKey(tenant.Id);

        public AccountState? Rehearsed(BilledTenant tenant) => _rehearsed.GetValueOrDefault(tenant.Id);

        public void Idle(BilledTenant tenant, DateOnly day) => _next[tenant.Id] = day.AddDays(1);

        public void Closed(BilledTenant tenant, DateOnly day, Closing closing)
        {
            Idle(tenant, day);
            _begun[tenant.Id] = 0;
            var account = closing switch
            {
                Closing.Invoiced invoiced => invoiced.Account,
                Closing.Nothing nothing => nothing.Account,
                _ => null,
            };
            if (dryRun && account is not null)
                _rehearsed[tenant.Id] = account;
        }
    }
}
