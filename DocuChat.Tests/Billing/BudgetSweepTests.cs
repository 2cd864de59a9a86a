using System.Diagnostics.Metrics;
using DocuChat.Billing;
using DocuChat.Billing.Sweeps;
using DocuChat.Core.Notifications;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;

namespace DocuChat.Tests.Billing;

public sealed class BudgetSweepTests : IAsyncLifetime
{
    private BillingBench _bench = null!;
    private IHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench = await BillingBench.CreateAsync();
        _bench.Settings["WEB_URL"] = "https://chat.example";
        _host = _bench.Host();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _bench.DisposeAsync();
    }

    [Theory]
    [InlineData("en", "85 % of this month's DocuChat budget is used", "1,000 tokens", "850 tokens", "1 December 2026 (10 Azar 1405) 00:00")]
    [InlineData("fa", "هشدار: ۸۵٪ بودجهٔ این ماه داکیوچت مصرف شده است", "۱٬۰۰۰ توکن", "۸۵۰ توکن", "۱۰ آذر ۱۴۰۵ ۰۰:۰۰")]
    public async Task FourFifths_AreToldToTheOwnersOnce(string language, string subject, string limit, string used, string resets)
    {
        var tenant = await TenantAsync(language);
        await UseAsync(tenant, 799);
        await SweepAsync();
        Assert.Empty(await MailsAsync(tenant));

        await UseAsync(tenant, 51);
        // Two replicas at once, and again.
        await Task.WhenAll(SweepAsync(), SweepAsync());
        await SweepAsync();

        var mail = Assert.Single(await MailsAsync(tenant));
        Assert.Equal((subject, $"owner@{tenant.Slug}.test"), (mail.Subject, mail.Recipient));
        Assert.All([mail.Text, mail.Html], body => Assert.All([limit, used, resets], words => Assert.Contains(words, body, StringComparison.Ordinal)));
        Assert.All([mail.Text, mail.Html], body => Assert.Contains("https://chat.example/usage", body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheWhole_IsToldOnceAndEachMonthAnew()
    {
        var tenant = await TenantAsync("en");
        await UseAsync(tenant, 1_000);
        await SweepAsync();
        await SweepAsync();
        Assert.Equal(["budget-exhausted"], (await MailsAsync(tenant)).Select(mail => mail.Kind));

        _bench.Time.SetUtcNow(BillingBench.Tehran("2026-12-01 00:00"));
        await SweepAsync();
        Assert.Single(await MailsAsync(tenant));
        await UseAsync(tenant, 900);
        await SweepAsync();
        await UseAsync(tenant, 200);
        await SweepAsync();
        Assert.Equal(["budget-exhausted", "budget-warning", "budget-exhausted"], (await MailsAsync(tenant)).Select(mail => mail.Kind));
    }

    [Fact]
    public async Task ARaisedBudget_IsWarnedOfAgain_AndOneThatIsSetBackIsNot()
    {
        var tenant = await TenantAsync("en");
        await UseAsync(tenant, 900);
        await SweepAsync();
        foreach (var limit in (decimal[])[1_100, 1_000])
        {
            await using (var context = _bench.Context())
            {
                (await context.TenantBudgets.SingleAsync(budget => budget.TenantId == tenant.Id, Stop)).Change(BudgetUnit.Tokens, limit, _bench.Time.GetUtcNow());
                await context.SaveChangesAsync(Stop);
            }
            await SweepAsync();
        }
        Assert.Equal(["budget-warning", "budget-warning"], (await MailsAsync(tenant)).Select(mail => mail.Kind));
    }

    [Fact]
    public async Task UsedRatio_IsMeasuredOfTenantsThatHaveABudget()
    {
        // The metric looks at the machine's clock.
        _bench.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        await _bench.AddTenantAsync();
        var tenant = await TenantAsync("en");
        await UseAsync(tenant, 250);
        using var metrics = ActivatorUtilities.CreateInstance<BillingMetrics>(_host.Services);
        using var collector = new MetricCollector<double>(_host.Services.GetRequiredService<IMeterFactory>(), "DocuChat.Tenants.Billing", "docuchat_budget_used_ratio");

        await metrics.OnceAsync(Stop);
        collector.RecordObservableInstruments();

        var measured = Assert.Single(collector.GetMeasurementSnapshot());
        Assert.Equal((0.25, tenant.Slug), (measured.Value, measured.Tags["tenant"]));
    }

    private async Task<Tenant> TenantAsync(string language)
    {
        var tenant = await _bench.AddTenantAsync(language: language);
        await _bench.AddAsync(new TenantBudget { TenantId = tenant.Id, Unit = BudgetUnit.Tokens, MonthlyLimit = 1_000, ChangedAt = _bench.Time.GetUtcNow() });
        return tenant;
    }

    private Task UseAsync(Tenant tenant, int tokens) =>
        _bench.AddAsync(new UsageRollup { TenantId = tenant.Id, Quarter = _bench.Time.GetUtcNow(), UserId = Guid.CreateVersion7(), Kind = CallKind.Chat, Model = "gpt-4o", Calls = 1, TokensIn = tokens });

    private Task SweepAsync() => ActivatorUtilities.CreateInstance<BudgetSweep>(_host.Services).OnceAsync(Stop);

    private async Task<List<Notification>> MailsAsync(Tenant tenant)
    {
        await using var context = _bench.Context();
        return await context.Notifications.AsNoTracking().Where(mail => mail.TenantId == tenant.Id).OrderBy(mail => mail.Id).ToListAsync(Stop);
    }
}
