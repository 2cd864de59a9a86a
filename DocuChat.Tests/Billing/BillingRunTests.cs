using System.Diagnostics.Metrics;
using System.Globalization;
using DocuChat.Billing;
using DocuChat.Core.Billing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace DocuChat.Tests.Billing;

public sealed class BillingRunTests : IAsyncLifetime
{
    private BillingBench _bench = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await BillingBench.CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Run_OverThreeTenants_PrintsTheSummaryAndBillsEach()
    {
        await using var prometheus = await PrometheusStandIn.StartAsync(("acme", 260_000), ("demo-corp", 150_300), ("tiny", 4_000));
        _bench.Settings["PROMETHEUS_URL"] = prometheus.Address.ToString();
        var (acme, demo, tiny) = (await _bench.AddTenantAsync("acme", "en"), await _bench.AddTenantAsync("demo-corp"), await _bench.AddTenantAsync("tiny"));
        await _bench.AddTenantAsync("idle");
        await _bench.AddUsageAsync(demo, BillingBench.Tehran("2026-11-23 00:00"), 100_000);
        await _bench.AddUsageAsync(demo, BillingBench.Tehran("2026-11-23 23:59"), 50_000);
        await _bench.AddUsageAsync(acme, BillingBench.Tehran("2026-11-23 12:00"), 272_500);
        await _bench.AddUsageAsync(tiny, BillingBench.Tehran("2026-11-23 12:00"), 4_000);
        // The next day's.
        await _bench.AddUsageAsync(demo, BillingBench.Tehran("2026-11-24 00:00"), 7_777_777);

        var (code, output) = await _bench.CommandAsync("run");

        var numbers = new Dictionary<string, long> { ["acme"] = Assert.Single(await _bench.InvoicesAsync(acme)).Id, ["demo"] = Assert.Single(await _bench.InvoicesAsync(demo)).Id };
        Assert.Equal(
            $"""
            Starting billing run 2026-11-24 03:00 (Asia/Tehran), period 2026-11-23
            Found usage for 3 tenants
            acme: 272,500 tokens, 5,450.00 Tomans, drift -4.6 %, invoice {numbers["acme"]} created, e-mail queued
            demo-corp: 150,000 tokens, 3,000.00 Tomans, drift 0.2 %, invoice {numbers["demo"]} created, e-mail queued
            tiny: 4,000 tokens, 80.00 Tomans, drift 0.0 %, carried to the next invoice
            Done: 2 invoices, total 8,450.00 Tomans

            """.ReplaceLineEndings("\n"),
            output
        );
        Assert.Equal(0, code);
        Assert.Equal("sum by (tenant)(increase(openai_tokens_total[24h]))", prometheus.LastQuery);
        Assert.Equal(BillingBench.Tehran("2026-11-24 00:00").ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), prometheus.LastTime);
        var invoice = Assert.Single(await _bench.InvoicesAsync(demo));
        Assert.Equal((3_000m, InvoiceStatus.Pending, 150_300d, 1), (invoice.Amount, invoice.Status, invoice.PromTokens, invoice.PriceVersion));
        Assert.Equal(0.002, invoice.Drift!.Value, precision: 6);
        Assert.Equal((BillingBench.Tehran("2026-11-23 00:00"), BillingBench.Tehran("2026-11-24 00:00")), (invoice.PeriodStart, invoice.PeriodEnd));
    }

    [Fact]
    public async Task Run_ThatEndedWell_IsWhatTheAlertOfAMissedRunSees()
    {
        using var host = _bench.Host();
        var metrics = ActivatorUtilities.CreateInstance<BillingMetrics>(host.Services);
        using var lastRun = new MetricCollector<double>(host.Services.GetRequiredService<IMeterFactory>(), "DocuChat.Billing", "docuchat_billing_last_run_timestamp_seconds");

        Assert.Null(await LastRunAsync());
        var tenant = await _bench.AddTenantAsync("demo-corp");
        Assert.Equal(tenant.CreatedAt.ToUnixTimeSeconds(), await LastRunAsync());
        await _bench.CommandAsync("run");
        Assert.Equal(_bench.Time.GetUtcNow().ToUnixTimeSeconds(), await LastRunAsync());

        async Task<long?> LastRunAsync()
        {
            await metrics.OnceAsync(Stop);
            lastRun.RecordObservableInstruments();
            return lastRun.LastMeasurement is { } measured ? (long)measured.Value : null;
        }
    }

    [Fact]
    public async Task Run_Again_ChangesNothingAndSaysSo()
    {
        var tenant = await _bench.AddTenantAsync("demo-corp");
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);
        await _bench.CommandAsync("run");
        var first = Assert.Single(await _bench.InvoicesAsync(tenant));

        var (code, output) = await _bench.CommandAsync("run", "--period", "2026-11-23");

        Assert.Equal(0, code);
        Assert.Contains($"demo-corp: 150,000 tokens, 3,000.00 Tomans, no witness, invoice {first.Id} was there already (pending)", output, StringComparison.Ordinal);
        Assert.Contains("Done: 0 invoices, total 0.00 Tomans", output, StringComparison.Ordinal);
        Assert.Equal(first.Id, Assert.Single(await _bench.InvoicesAsync(tenant)).Id);
        Assert.Equal(1, await MailsAsync(tenant.Id));
    }

    [Fact]
    public async Task Run_WithPrometheusDown_BillsAndSaysThatThereIsNoWitness()
    {
        _bench.Settings["PROMETHEUS_URL"] = "http://127.0.0.1:9";
        var tenant = await _bench.AddTenantAsync();
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);

        var (code, output) = await _bench.CommandAsync("run");

        Assert.Equal(0, code);
        Assert.Contains("No witness: Prometheus does not answer.", output, StringComparison.Ordinal);
        var invoice = Assert.Single(await _bench.InvoicesAsync(tenant));
        Assert.Equal((3_000m, null, null), (invoice.Amount, invoice.PromTokens, invoice.Drift));
    }

    [Fact]
    public async Task Run_WithDryRun_PrintsTheSameAndKeepsNothing()
    {
        var tenant = await _bench.AddTenantAsync("demo-corp");
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-22 12:00"), 4_003);
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);

        var (code, output) = await _bench.CommandAsync("run", "--dry-run");

        Assert.Equal(0, code);
        Assert.Contains("demo-corp: 4,003 tokens, 80.06 Tomans, no witness, carried to the next invoice", output, StringComparison.Ordinal);
        // What the day before would have left is on it.
        Assert.Contains("demo-corp: 150,000 tokens, 3,080.00 Tomans, no witness, an invoice would be created", output, StringComparison.Ordinal);
        Assert.Empty(await _bench.InvoicesAsync(tenant));
        await using var context = _bench.Context();
        Assert.False(await context.BillingAccounts.AnyAsync(Stop));
        Assert.False(await context.BillingRuns.AnyAsync(Stop));
        Assert.Equal(0, await MailsAsync(tenant.Id));
    }

    [Fact]
    public async Task Run_AfterThirtyMissedDays_BillsEachDayOnce()
    {
        var tenant = await _bench.AddTenantAsync();
        var first = new DateOnly(2026, 10, 25);
        for (var day = 0; day < 30; day++)
            await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-10-25 13:00").AddDays(day), 10_000 + day);

        var (code, _) = await _bench.CommandAsync("run");

        Assert.Equal(0, code);
        var invoices = await _bench.InvoicesAsync(tenant);
        Assert.Equal(Enumerable.Range(0, 30).Select(first.AddDays), invoices.Select(invoice => invoice.Period));
        Assert.Equal(Enumerable.Range(0, 30).Select(day => 10_000L + day), invoices.Select(invoice => invoice.Tokens));
        Assert.All(invoices.Zip(invoices.Skip(1)), pair => Assert.Equal((pair.First.PeriodEnd, pair.First.CarriedOut, pair.First.LedgerTo), (pair.Second.PeriodStart, pair.Second.CarriedIn, pair.Second.LedgerFrom)));
    }

    [Fact]
    public async Task Run_WithLateRows_PutsThemOnTheNextInvoiceAsLabelledLines()
    {
        var tenant = await _bench.AddTenantAsync();
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);
        await _bench.CommandAsync("run");
        // A call of the 23rd settles after its day was billed.
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 23:58"), 30_000);
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-24 12:00"), 100_000);
        _bench.Time.Advance(TimeSpan.FromDays(1));

        var (code, output) = await _bench.CommandAsync("run");

        Assert.Equal(0, code);
        var second = (await _bench.InvoicesAsync(tenant))[1];
        Assert.Equal((130_000L, 2_600m), (second.Tokens, second.Amount));
        await using var context = _bench.Context();
        var lines = await context.InvoiceLines.Where(line => line.InvoiceId == second.Id).OrderBy(line => line.Ordinal).ToListAsync(Stop);
        Assert.Equal(
            [(InvoiceLineKind.Usage, new DateOnly(2026, 11, 24), 100_000L, 2_000m), (InvoiceLineKind.Late, new DateOnly(2026, 11, 23), 30_000L, 600m)],
            lines.Select(line => (line.Kind, line.Day, line.TokensIn, line.Amount))
        );
        Assert.Contains("130,000 tokens, 2,600.00 Tomans", output, StringComparison.Ordinal);
        Assert.Equal(0, (await _bench.CommandAsync("verify", $"{second.Id}")).ExitCode);
    }

    [Fact]
    public async Task Run_WithPricesAndDiscountsThatChangeWithinTheDay_ComputesEachCallByItsMoment()
    {
        var tenant = await _bench.AddTenantAsync();
        var noon = BillingBench.Tehran("2026-11-23 12:00");
        await _bench.AddAsync(
            new Price { Version = 2, Direction = TokenDirection.In, TomansPerThousandTokens = 30, ValidFrom = noon },
            new Price { Version = 2, Direction = TokenDirection.Out, TomansPerThousandTokens = 30, ValidFrom = noon },
            new TenantDiscount { TenantId = tenant.Id, Percent = 10, ValidFrom = noon.AddHours(-1), ValidUntil = noon.AddHours(1), CreatedAt = noon.AddDays(-1) },
            BillingBench.Event(tenant, noon.AddHours(-2), 10_000, 0),
            BillingBench.Event(tenant, noon.AddHours(-1), 10_000, 0),
            BillingBench.Event(tenant, noon, 10_000, 0, tomansPerThousand: 30, priceVersion: 2),
            BillingBench.Event(tenant, noon.AddHours(1), 10_000, 0, tomansPerThousand: 30, priceVersion: 2)
        );

        await _bench.CommandAsync("run");

        var invoice = Assert.Single(await _bench.InvoicesAsync(tenant));
        Assert.Equal(200 + 180 + 270 + 300, invoice.Amount);
        Assert.Equal((2, 0m), (invoice.PriceVersion, invoice.Discount));
        var (code, output) = await _bench.CommandAsync("verify", $"{invoice.Id}");
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Run_AboveTenTimesTheMedian_HoldsTheInvoiceUntilItIsReleased()
    {
        var tenant = await _bench.AddTenantAsync("demo-corp");
        for (var day = 0; day < 4; day++)
            await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-19 12:00").AddDays(day), 10_000);
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 100_001);

        var (code, output) = await _bench.CommandAsync("run");

        Assert.Equal(0, code);
        var invoice = (await _bench.InvoicesAsync(tenant))[^1];
        Assert.Equal((InvoiceStatus.Held, null), (invoice.Status, invoice.DueAt));
        Assert.Matches($"invoice {invoice.Id} held: .*release {invoice.Id}", output);
        Assert.Equal(4, await MailsAsync(tenant.Id));

        Assert.Equal(0, (await _bench.CommandAsync("release", $"{invoice.Id}")).ExitCode);
        var released = (await _bench.InvoicesAsync(tenant))[^1];
        Assert.Equal((InvoiceStatus.Pending, _bench.Time.GetUtcNow().AddDays(14)), (released.Status, released.DueAt));
        Assert.Equal(5, await MailsAsync(tenant.Id));
        Assert.Equal(2, (await _bench.CommandAsync("release", $"{invoice.Id}")).ExitCode);
    }

    [Fact]
    public async Task Run_WhereOneTenantFails_HandlesTheOthersAndEndsWith1()
    {
        var (broken, fine) = (await _bench.AddTenantAsync("broken"), await _bench.AddTenantAsync("fine"));
        await _bench.AddUsageAsync(broken, BillingBench.Tehran("2026-11-23 12:00"), 150_000);
        await _bench.AddUsageAsync(fine, BillingBench.Tehran("2026-11-23 12:00"), 150_000);
        await using (var fault = _bench.Database.Owner.CreateCommand(
            $"create function break() returns trigger language plpgsql as $$ begin if new.tenant_id = '{broken.Id}' then raise exception 'the disk is full'; end if; return new; end $$; create trigger break before insert on invoice_line for each row execute function break()"))
            await fault.ExecuteNonQueryAsync(Stop);

        var (code, output) = await _bench.CommandAsync("run");

        Assert.Equal(1, code);
        Assert.Matches("broken: failed: .*", output);
        Assert.Contains("Done: 1 invoices, total 3,000.00 Tomans, 1 tenants failed", output, StringComparison.Ordinal);
        Assert.Empty(await _bench.InvoicesAsync(broken));
        Assert.Single(await _bench.InvoicesAsync(fine));

        await using (var mend = _bench.Database.Owner.CreateCommand("drop trigger break on invoice_line"))
            await mend.ExecuteNonQueryAsync(Stop);
        Assert.Equal(0, (await _bench.CommandAsync("run")).ExitCode);
        Assert.Equal(3_000m, Assert.Single(await _bench.InvoicesAsync(broken)).Amount);
    }

    [Fact]
    public async Task Run_TwentyAtOnce_LeavesOneInvoiceAndOneMail()
    {
        var tenants = new List<DocuChat.Core.Tenancy.Tenant>();
        for (var i = 0; i < 3; i++)
            tenants.Add(await _bench.AddTenantAsync());
        foreach (var tenant in tenants)
            await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);

        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _bench.CommandAsync("run")));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Output));
        foreach (var tenant in tenants)
        {
            Assert.Single(await _bench.InvoicesAsync(tenant));
            Assert.Equal(1, await MailsAsync(tenant.Id));
        }
    }

    [Fact]
    public async Task Run_OfADayThatIsNotOver_IsRefused()
    {
        var (code, output) = await _bench.CommandAsync("run", "--period", "2026-11-24");

        Assert.Equal(2, code);
        Assert.Contains("has not ended", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfATenantFurtherWest_WaitsUntilItsDayIsOver()
    {
        var tenant = await _bench.AddTenantAsync(zone: "America/New_York");
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);

        await _bench.CommandAsync("run");
        Assert.Empty(await _bench.InvoicesAsync(tenant));

        _bench.Time.Advance(TimeSpan.FromDays(1));
        await _bench.CommandAsync("run");
        Assert.Equal(new DateOnly(2026, 11, 23), Assert.Single(await _bench.InvoicesAsync(tenant)).Period);
    }

    [Fact]
    public async Task Verify_OfAnInvoice_TellsWhenTheLedgerIsAnother()
    {
        var tenant = await _bench.AddTenantAsync();
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);
        await _bench.CommandAsync("run");
        var invoice = Assert.Single(await _bench.InvoicesAsync(tenant));
        Assert.Equal(0, (await _bench.CommandAsync("verify", $"{invoice.Id}")).ExitCode);

        // Nobody may; with the database's owner everything can be done, and that is what it is to show.
        await using (var tamper = _bench.Database.Owner.CreateCommand(
            "alter table usage_events disable trigger append_only; alter table usage_events no force row level security; update usage_events set tokens_in = tokens_in - 1; alter table usage_events force row level security; alter table usage_events enable trigger append_only"))
            await tamper.ExecuteNonQueryAsync(Stop);

        var (code, output) = await _bench.CommandAsync("verify", $"{invoice.Id}");
        Assert.Equal(1, code);
        Assert.Contains("WRONG events", output, StringComparison.Ordinal);
        Assert.Contains("WRONG prices", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credit_StandsOnTheNextInvoice_AndVoidWithdrawsOne()
    {
        var tenant = await _bench.AddTenantAsync("demo-corp");
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-22 12:00"), 150_000);
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);
        await _bench.CommandAsync("run", "--period", "2026-11-22");
        var first = Assert.Single(await _bench.InvoicesAsync(tenant));

        Assert.Equal(0, (await _bench.CommandAsync("credit", "demo-corp", "500.5", "--invoice", $"{first.Id}", "--reason", "an outage")).ExitCode);
        Assert.Equal(0, (await _bench.CommandAsync("void", $"{first.Id}", "--reason", "sent to the wrong address")).ExitCode);
        await _bench.CommandAsync("run");

        var invoices = await _bench.InvoicesAsync(tenant);
        Assert.Equal((InvoiceStatus.Void, "sent to the wrong address", 3_000m), (invoices[0].Status, invoices[0].StatusReason, invoices[0].Amount));
        Assert.Equal(2_499.5m, invoices[1].Amount);
        Assert.Equal(0, (await _bench.CommandAsync("verify", $"{invoices[1].Id}")).ExitCode);
        Assert.Equal(2, (await _bench.CommandAsync("void", $"{first.Id}", "--reason", "again")).ExitCode);
    }

    private async Task<int> MailsAsync(Guid tenant)
    {
        await using var context = _bench.Context();
        return await context.Notifications.CountAsync(notification => notification.TenantId == tenant, Stop);
    }
}
