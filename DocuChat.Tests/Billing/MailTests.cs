using DocuChat.Billing.Mail;
using DocuChat.Core.Billing;
using DocuChat.Core.Notifications;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmtpServer.Protocol;

namespace DocuChat.Tests.Billing;

public sealed class MailTests : IAsyncLifetime
{
    private BillingBench _bench = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await BillingBench.CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("fa", "۳٬۰۰۰ تومان", "۲ آذر ۱۴۰۵", "dir=\"rtl\"")]
    [InlineData("en", "3,000 Tomans", "23 November 2026 (2 Azar 1405)", "dir=\"ltr\"")]
    public async Task Invoice_IsMailedInTheTenantsLanguage_WithALinkThatWorks(string language, string amount, string date, string direction)
    {
        await using var sink = MailSink.Start();
        var tenant = await BilledAsync(sink.Url, language);
        var invoice = Assert.Single(await _bench.InvoicesAsync(tenant));

        await SendAsync();

        var message = Assert.Single(sink.Messages);
        Assert.Equal($"owner@{tenant.Slug}.test", Assert.Single(message.To.Mailboxes).Address);
        Assert.Contains(amount, message.Subject, StringComparison.Ordinal);
        Assert.All([message.TextBody, message.HtmlBody], body =>
        {
            Assert.Contains(amount, body, StringComparison.Ordinal);
            Assert.Contains(date, body, StringComparison.Ordinal);
        });
        Assert.Contains(direction, message.HtmlBody, StringComparison.Ordinal);
        var link = message.TextBody!.Split().Single(word => word.StartsWith("https://docuchat.test/api/v1/pay/", StringComparison.Ordinal));
        Assert.Contains(link, message.HtmlBody, StringComparison.Ordinal);
        using var host = _bench.Host();
        Assert.Equal(PayLinkState.Valid, host.Services.GetRequiredService<PayLinks>().Read(new Uri(link).Segments[^1], out var linked));
        Assert.Equal(invoice.Id, linked);

        await SendAsync();
        Assert.Single(sink.Messages);
    }

    [Fact]
    public async Task Sending_WhileTheServerIsDown_LosesNothing()
    {
        var port = Ports.Free();
        var tenant = await BilledAsync($"smtp://127.0.0.1:{port}");

        for (var i = 0; i < 3; i++)
        {
            await SendAsync();
            _bench.Time.Advance(TimeSpan.FromMinutes(16));
        }
        var waiting = await NotificationAsync(tenant.Id);
        Assert.Equal((3, null, null), (waiting.Attempts, waiting.SentAt, waiting.FailedAt));
        Assert.NotNull(waiting.Error);

        await using var sink = MailSink.Start(port);
        await SendAsync();
        Assert.Single(sink.Messages);
        Assert.NotNull((await NotificationAsync(tenant.Id)).SentAt);
    }

    [Fact]
    public async Task Sending_WaitsLongerEachTime()
    {
        var tenant = await BilledAsync($"smtp://127.0.0.1:{Ports.Free()}");
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            await SendAsync();
            var due = (await NotificationAsync(tenant.Id)).DueAt;
            waits.Add(due - _bench.Time.GetUtcNow());
            _bench.Time.SetUtcNow(due);
        }

        Assert.Equal([2, 4, 8, 16, 32], waits.Select(wait => (int)wait.TotalSeconds));
    }

    [Fact]
    public async Task Sending_WhoseAnswerIsLost_RepeatsWithTheSameMessageId()
    {
        await using var sink = MailSink.Start();
        sink.Answers.Enqueue(new SmtpResponse(SmtpReplyCode.Ok, "lost"));
        await BilledAsync(sink.Url);

        await SendAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(5));
        await SendAsync();

        Assert.Equal(2, sink.Messages.Count);
        Assert.Single(sink.Messages.Select(message => message.MessageId).Distinct());
    }

    [Fact]
    public async Task Sending_OfOneThatIsRefused_SendsTheOthersAndGivesUpInTheEnd()
    {
        await using var sink = MailSink.Start();
        var (first, second) = (await BilledAsync(sink.Url), await BilledAsync(sink.Url));
        sink.Answers.Enqueue(SmtpResponse.MailboxUnavailable);

        await SendAsync();

        Assert.Single(sink.Messages);
        var states = new[] { await NotificationAsync(first.Id), await NotificationAsync(second.Id) };
        var refused = Assert.Single(states, state => state.SentAt is null);
        Assert.Equal("refused with 550", refused.Error);

        for (var i = 0; i < 6; i++)
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(20));
            sink.Answers.Enqueue(SmtpResponse.MailboxUnavailable);
            await SendAsync();
        }
        Assert.NotNull((await NotificationAsync(refused.TenantId)).FailedAt);
    }

    [Fact]
    public async Task Sending_ByTwoAtOnce_SendsEachOnce()
    {
        await using var sink = MailSink.Start();
        for (var i = 0; i < 8; i++)
            await BilledAsync(sink.Url);

        await Task.WhenAll(SendAsync(), SendAsync(), SendAsync());

        Assert.Equal(8, sink.Messages.Count);
        Assert.Equal(8, sink.Messages.Select(message => message.MessageId).Distinct().Count());
    }

    private async Task<DocuChat.Core.Tenancy.Tenant> BilledAsync(string smtp, string language = "fa")
    {
        _bench.Settings["SMTP_URL"] = smtp;
        var tenant = await _bench.AddTenantAsync(language: language);
        await _bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00"), 150_000);
        Assert.Equal(0, (await _bench.CommandAsync("run", "--tenant", tenant.Slug)).ExitCode);
        return tenant;
    }

    private async Task SendAsync()
    {
        using var host = _bench.Host();
        using var sender = ActivatorUtilities.CreateInstance<MailSender>(host.Services);
        await sender.OnceAsync(Stop);
    }

    private async Task<Notification> NotificationAsync(Guid tenant)
    {
        await using var context = _bench.Context();
        return await context.Notifications.AsNoTracking().SingleAsync(notification => notification.TenantId == tenant, Stop);
    }
}
