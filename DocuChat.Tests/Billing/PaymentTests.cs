using DocuChat.Billing.Sweeps;
using DocuChat.Core.Billing;
using DocuChat.Core.Billing.Payments;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Tests.Sandbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DocuChat.Tests.Billing;

/// <summary>Payments at a gateway that fails in every way that the facts name, over real HTTP.</summary>
public sealed class PaymentTests : IAsyncLifetime
{
    private readonly SandboxServer _gateway = new();
    private BillingBench _bench = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench = await BillingBench.CreateAsync();
        _bench.Settings["ZIBAL_BASE_URL"] = _gateway.Client.BaseAddress!.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Theory]
    [InlineData("zibal")]
    // The reply is lost after the money was taken; the second verify then says 201 and nothing else.
    [InlineData("zibal+verify=lost+times=1+already=bare")]
    [InlineData("zibal+verify=500+times=1")]
    [InlineData("zibal+request=500+times=1")]
    [InlineData("zibal+request=lost+times=1")]
    [InlineData("zibal+verify=lost+times=1+already=bare+inquiry=500+id=both")]
    public async Task Payment_ThroughAnyTroubleThatPasses_SettlesOnce(string merchant)
    {
        using var host = Host(merchant);
        var (tenant, invoice) = await InvoiceAsync();
        var attempt = await PaidAtTheGatewayAsync(host, invoice);

        var settled = await SettleAsync(host, attempt);
        if (settled.Status == PaymentStatus.Open)
            settled = await SettleAsync(host, attempt);

        Assert.Equal(PaymentStatus.Paid, settled.Status);
        var paid = Assert.Single(await _bench.InvoicesAsync(tenant));
        Assert.Equal((InvoiceStatus.Paid, settled.TrackId), (paid.Status, paid.ZibalTrackId));
        Assert.True(paid.ZibalTrackId > int.MaxValue);
        Assert.NotNull(settled.Reference);
        Assert.Equal(1, await MailsAsync(tenant, "receipt"));
    }

    [Fact]
    public async Task Payment_OfAnotherAmount_SettlesNothingAndIsToBeRefunded()
    {
        using var host = Host("zibal+wrong=-1");
        var (tenant, invoice) = await InvoiceAsync();

        var attempt = await SettleAsync(host, await PaidAtTheGatewayAsync(host, invoice));

        Assert.Equal(PaymentStatus.RefundDue, attempt.Status);
        Assert.Equal(InvoiceStatus.Pending, Assert.Single(await _bench.InvoicesAsync(tenant)).Status);
        Assert.Contains("29999", attempt.Reason, StringComparison.Ordinal);
        Assert.Contains("1 refunds are due", (await _bench.CommandAsync("refunds")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _bench.CommandAsync("refunded", $"{attempt.Id}")).ExitCode);
        Assert.Contains("0 refunds are due", (await _bench.CommandAsync("refunds")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payment_ASecondTime_IsKeptAndToBeRefunded()
    {
        using var host = Host("zibal");
        var (tenant, invoice) = await InvoiceAsync();
        var (first, second) = (await PaidAtTheGatewayAsync(host, invoice), await PaidAtTheGatewayAsync(host, invoice));

        var ends = await Task.WhenAll(SettleAsync(host, first), SettleAsync(host, second), SettleAsync(host, first), SettleAsync(host, second));

        Assert.Equal([PaymentStatus.Paid, PaymentStatus.RefundDue], ends.Select(end => end.Status).Distinct().Order());
        Assert.Equal(InvoiceStatus.Paid, Assert.Single(await _bench.InvoicesAsync(tenant)).Status);
        Assert.Equal(1, await MailsAsync(tenant, "receipt"));
    }

    [Fact]
    public async Task Payment_OfAVoidInvoice_IsToBeRefunded()
    {
        using var host = Host("zibal");
        var (_, invoice) = await InvoiceAsync();
        var attempt = await PaidAtTheGatewayAsync(host, invoice);
        await _bench.CommandAsync("void", $"{invoice.Id}", "--reason", "a test");

        Assert.Equal(PaymentStatus.RefundDue, (await SettleAsync(host, attempt)).Status);
    }

    [Theory]
    [InlineData("zibal+status=5")]
    [InlineData("zibal+reverse=0ms")]
    public async Task Payment_ThatTheBankRefusesOrReverses_LeavesTheInvoiceToBePaid(string merchant)
    {
        using var host = Host(merchant);
        var (tenant, invoice) = await InvoiceAsync();

        var attempt = await SettleAsync(host, await PaidAtTheGatewayAsync(host, invoice));

        Assert.Equal(PaymentStatus.Failed, attempt.Status);
        Assert.Equal(InvoiceStatus.Pending, Assert.Single(await _bench.InvoicesAsync(tenant)).Status);
    }

    [Fact]
    public async Task Sweep_FindsAPaymentWhosePayerNeverCameBack()
    {
        using var host = Host("zibal");
        var (tenant, invoice) = await InvoiceAsync();
        await PaidAtTheGatewayAsync(host, invoice);
        using var later = _bench.Host();
        _bench.Time.SetUtcNow(TimeProvider.System.GetUtcNow().AddMinutes(2));

        using var sweep = ActivatorUtilities.CreateInstance<PaymentSweep>(later.Services);
        await sweep.OnceAsync(Stop);

        Assert.Equal(InvoiceStatus.Paid, Assert.Single(await _bench.InvoicesAsync(tenant)).Status);
    }

    [Fact]
    public async Task Sweep_OfAPageThatNobodyPaysAt_ForgetsItAfterADay()
    {
        using var host = Host("zibal");
        var (_, invoice) = await InvoiceAsync();
        var page = await PayAsync(host, invoice);
        using var later = _bench.Host();
        _bench.Time.SetUtcNow(TimeProvider.System.GetUtcNow().AddMinutes(2));
        using var sweep = ActivatorUtilities.CreateInstance<PaymentSweep>(later.Services);
        await sweep.OnceAsync(Stop);
        // The gateway says "waiting": still open, and asked about again.
        Assert.Equal(PaymentStatus.Open, (await AttemptAsync(page.TrackId)).Status);

        _bench.Time.Advance(TimeSpan.FromHours(25));
        await sweep.OnceAsync(Stop);

        var attempt = await AttemptAsync(page.TrackId);
        Assert.Equal((PaymentStatus.Failed, "nobody paid"), (attempt.Status, attempt.Reason));
    }

    [Fact]
    public async Task Pay_WhileTheGatewayIsDown_LeavesATraceAndNoOpenPage()
    {
        _bench.Settings["ZIBAL_BASE_URL"] = "http://127.0.0.1:9";
        using var host = Host("zibal");
        var (_, invoice) = await InvoiceAsync();
        await using var scope = host.Services.CreateAsyncScope();

        var result = await scope.ServiceProvider.GetRequiredService<InvoicePayments>().PayAsync(scope.ServiceProvider.GetRequiredService<DocuChatDbContext>(), invoice.Id, Stop);

        Assert.Equal(new PayResult.GatewayTrouble(null), result);
        await using var context = _bench.Context();
        Assert.Equal(PaymentStatus.Failed, (await context.PaymentAttempts.SingleAsync(attempt => attempt.InvoiceId == invoice.Id, Stop)).Status);
    }

    [Fact]
    public async Task Overdue_AfterItsDate_RemindsOnceAndMakesTheTenantReadOnlyUntilItPays()
    {
        using var host = Host("zibal");
        var (tenant, invoice) = await InvoiceAsync();
        using var later = _bench.Host();
        using var sweep = ActivatorUtilities.CreateInstance<OverdueSweep>(later.Services);

        _bench.Time.SetUtcNow(invoice.DueAt!.Value.AddMinutes(-1));
        await sweep.OnceAsync(Stop);
        Assert.False(await IsReadOnlyAsync(tenant));
        _bench.Time.SetUtcNow(invoice.DueAt.Value.AddMinutes(1));
        await Task.WhenAll(sweep.OnceAsync(Stop), sweep.OnceAsync(Stop));
        Assert.True(await IsReadOnlyAsync(tenant));
        Assert.Equal(1, await MailsAsync(tenant, "reminder"));

        await SettleAsync(host, await PaidAtTheGatewayAsync(host, invoice));
        Assert.False(await IsReadOnlyAsync(tenant));
    }

    [Fact]
    public async Task Orphans_AreSettledAtWhatStreamed_AndOnlyOnce()
    {
        var tenant = await _bench.AddTenantAsync();
        var now = _bench.Time.GetUtcNow();
        UsageReservation Reserved(int tokensOut, DateTimeOffset heartbeat) =>
            new() { TenantId = tenant.Id, RequestId = Guid.CreateVersion7(), Kind = CallKind.Chat, Attempt = 1, ModelAsked = "gpt-4o", Model = "gpt-4o-mini", TokensReserved = 4_000, TokensIn = 900, TokensOut = tokensOut, BeganAt = now.AddMinutes(-30), HeartbeatAt = heartbeat };
        var (orphan, silent, alive) = (Reserved(100, now.AddMinutes(-6)), Reserved(0, now.AddMinutes(-6)), Reserved(50, now.AddMinutes(-1)));
        await _bench.AddAsync(orphan, silent, alive);
        using var host = _bench.Host();
        using var sweep = ActivatorUtilities.CreateInstance<OrphanSweep>(host.Services);

        await Task.WhenAll(sweep.OnceAsync(Stop), sweep.OnceAsync(Stop));

        await using var context = _bench.Context();
        var settled = await context.UsageEvents.SingleAsync(usage => usage.TenantId == tenant.Id, Stop);
        Assert.Equal((orphan.RequestId, 900, 100, TokenSource.Estimated, 20m, now.AddMinutes(-30)), (settled.RequestId, settled.TokensIn, settled.TokensOut, settled.TokenSource, settled.CostTomans, settled.BeganAt));
        Assert.Equal(alive.Id, (await context.UsageReservations.SingleAsync(row => row.TenantId == tenant.Id, Stop)).Id);
    }

    private IHost Host(string merchant)
    {
        _bench.Settings["ZIBAL_API_KEY"] = merchant;
        return _bench.Host(TimeProvider.System);
    }

    private async Task<(Tenant Tenant, Invoice Invoice)> InvoiceAsync()
    {
        var tenant = await _bench.AddTenantAsync();
        return (tenant, await _bench.AddInvoiceAsync(tenant, issued: TimeProvider.System.GetUtcNow()));
    }

    private static async Task<PayResult.Page> PayAsync(IHost host, Invoice invoice)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return Assert.IsType<PayResult.Page>(await scope.ServiceProvider.GetRequiredService<InvoicePayments>().PayAsync(scope.ServiceProvider.GetRequiredService<DocuChatDbContext>(), invoice.Id, Stop));
    }

    private async Task<Guid> PaidAtTheGatewayAsync(IHost host, Invoice invoice)
    {
        var page = await PayAsync(host, invoice);
        using var response = await _gateway.Client.PostAsync(new Uri($"{page.Address}/pay"), null, Stop);
        Assert.StartsWith("https://docuchat.test/api/v1/billing/callback?", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        return (await AttemptAsync(page.TrackId)).Id;
    }

    private static async Task<PaymentAttempt> SettleAsync(IHost host, Guid attempt)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<InvoicePayments>().SettleAsync(scope.ServiceProvider.GetRequiredService<DocuChatDbContext>(), attempt, swept: false, Stop);
    }

    private async Task<PaymentAttempt> AttemptAsync(long track)
    {
        await using var context = _bench.Context();
        return await context.PaymentAttempts.AsNoTracking().SingleAsync(attempt => attempt.TrackId == track, Stop);
    }

    private async Task<bool> IsReadOnlyAsync(Tenant tenant)
    {
        await using var context = _bench.Context();
        return await TenantStanding.IsReadOnlyAsync(context, tenant.Id, Stop);
    }

    private async Task<int> MailsAsync(Tenant tenant, string kind)
    {
        await using var context = _bench.Context();
        return await context.Notifications.CountAsync(notification => notification.TenantId == tenant.Id && notification.Kind == kind, Stop);
    }
}
