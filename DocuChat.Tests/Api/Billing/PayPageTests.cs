using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Tests.Billing;
using DocuChat.Tests.Infrastructure;
using DocuChat.Tests.Sandbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.Tests.Api.Billing;

/// <summary>The payer's way through the Api and the gateway, over real HTTP, as a browser and as somebody who cheats would go it.</summary>
public sealed partial class PayPageTests(PayPageTests.Fixture fixture) : IClassFixture<PayPageTests.Fixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fa", "rtl", "۳٬۰۰۰ تومان")]
    [InlineData("en", "ltr", "3,000 Tomans")]
    public async Task Get_ShowsTheInvoice_AndChangesNothing(string language, string direction, string amount)
    {
        var (_, invoice, token) = await fixture.InvoiceAsync(language);
        using var client = fixture.Browser();

        using var response = await client.GetAsync($"api/v1/pay/{token}", Stop);
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"api/v1/pay/{token}"), Stop);

        var page = await response.Content.ReadAsStringAsync(Stop);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (response.StatusCode, head.StatusCode));
        Assert.Contains($"<html lang=\"{language}\" dir=\"{direction}\">", page, StringComparison.Ordinal);
        Assert.Contains(amount, page, StringComparison.Ordinal);
        Assert.Contains("<button>", page, StringComparison.Ordinal);
        // Nothing of it comes from elsewhere, and nothing may.
        Assert.Empty(ForeignAddress().Matches(page));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Empty(await fixture.AttemptsAsync(invoice));
        var style = page.Split("<style>")[1].Split("</style>")[0];
        Assert.Contains(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style))), response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        using var other = await client.GetAsync($"api/v1/pay/{token}?lang={(language == "fa" ? "en" : "fa")}", Stop);
        Assert.DoesNotContain($"dir=\"{direction}\"", await other.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pay_AtTheGateway_SettlesTheInvoiceAndShowsTheReceipt()
    {
        var (_, invoice, token) = await fixture.InvoiceAsync("en");
        using var browser = fixture.Browser();

        var callback = await fixture.PayAsync(browser, token, "pay");
        using var receipt = await browser.GetAsync(callback, Stop);

        var page = await receipt.Content.ReadAsStringAsync(Stop);
        Assert.Contains("<h1>Paid</h1>", page, StringComparison.Ordinal);
        Assert.Contains("3,000 Tomans", page, StringComparison.Ordinal);
        Assert.Equal(InvoiceStatus.Paid, await fixture.StatusAsync(invoice));

        // Replayed, by the payer and by a stranger: nothing changes, and the stranger learns no more than how it ended.
        using var replayed = await browser.GetAsync(callback, Stop);
        Assert.Equal(HttpStatusCode.OK, replayed.StatusCode);
        using var stranger = fixture.Browser();
        var seen = await stranger.GetStringAsync(callback, Stop);
        Assert.DoesNotContain("3,000 Tomans", seen, StringComparison.Ordinal);
        Assert.Equal(1, await fixture.ReceiptsAsync(invoice));
        using var again = await browser.PostAsync($"api/v1/pay/{token}", null, Stop);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.DoesNotContain("<button>", await browser.GetStringAsync($"api/v1/pay/{token}", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callback_ByTenAtOnce_SettlesOnce()
    {
        var (_, invoice, token) = await fixture.InvoiceAsync();
        using var browser = fixture.Browser();
        var callback = await fixture.PayAsync(browser, token, "pay");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => browser.GetAsync(callback, Stop)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(InvoiceStatus.Paid, await fixture.StatusAsync(invoice));
        Assert.Equal(1, await fixture.ReceiptsAsync(invoice));
    }

    [Fact]
    public async Task Callback_ThatIsForged_ChangesNothing()
    {
        var (_, invoice, token) = await fixture.InvoiceAsync();
        using var browser = fixture.Browser();
        // A page is open, and nobody has paid at it.
        using var opened = await browser.PostAsync($"api/v1/pay/{token}", null, Stop);
        var track = opened.Headers.Location!.Segments[^1];

        using var forged = await browser.GetAsync($"api/v1/billing/callback?success=1&status=1&trackId={track}&orderId=x", Stop);
        using var unknown = await browser.GetAsync("api/v1/billing/callback?success=1&status=1&trackId=4999999999999", Stop);
        using var nonsense = await browser.GetAsync("api/v1/billing/callback?success=1&trackId=%27%3Bdrop", Stop);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.NotFound], new[] { forged, unknown, nonsense }.Select(answer => answer.StatusCode));
        Assert.Equal(InvoiceStatus.Pending, await fixture.StatusAsync(invoice));
        Assert.Equal(PaymentStatus.Open, Assert.Single(await fixture.AttemptsAsync(invoice)).Status);
    }

    [Fact]
    public async Task Cancel_AtTheGateway_LeavesTheInvoiceAndOffersAnotherTry()
    {
        var (_, invoice, token) = await fixture.InvoiceAsync("en");
        using var browser = fixture.Browser();

        var page = await browser.GetStringAsync(await fixture.PayAsync(browser, token, "cancel"), Stop);

        Assert.Contains($"href=\"../pay/{token}\"", page, StringComparison.Ordinal);
        Assert.Equal(InvoiceStatus.Pending, await fixture.StatusAsync(invoice));
        using var paid = await browser.GetAsync(await fixture.PayAsync(browser, token, "pay"), Stop);
        Assert.Equal(InvoiceStatus.Paid, await fixture.StatusAsync(invoice));
    }

    [Fact]
    public async Task Link_ThatIsForgedOrExpired_OpensNothing()
    {
        var (_, invoice, token) = await fixture.InvoiceAsync();
        using var browser = fixture.Browser();
        var expired = fixture.Api.Services.GetRequiredService<PayLinks>().Token(invoice.Id, TimeProvider.System.GetUtcNow().AddMinutes(-1));
        var forged = (token[0] == 'A' ? "B" : "A") + token[1..];

        foreach (var (link, status) in new[] { (expired, HttpStatusCode.Gone), (forged, HttpStatusCode.NotFound), ("x", HttpStatusCode.NotFound) })
        {
            using var shown = await browser.GetAsync($"api/v1/pay/{link}", Stop);
            using var paid = await browser.PostAsync($"api/v1/pay/{link}", null, Stop);
            Assert.Equal((status, status), (shown.StatusCode, paid.StatusCode));
        }
        Assert.Empty(await fixture.AttemptsAsync(invoice));
    }

    [Fact]
    public async Task Invoices_AreSeenByTheirAdministratorsAndPaidByOwners()
    {
        var (owner, registered) = await fixture.Api.RegisterAsync();
        var (stranger, _) = await fixture.Api.RegisterAsync();
        var tenant = await fixture.TenantOfAsync(registered.GetProperty("access_token").GetString()!);
        var invoice = await fixture.Bench.AddInvoiceAsync(tenant, issued: TimeProvider.System.GetUtcNow());

        var list = await owner.GetJsonAsync("api/v1/invoices");
        Assert.Equal(invoice.Id, Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64());
        var detail = await owner.GetJsonAsync($"api/v1/invoices/{invoice.Id}");
        Assert.Equal("pending", detail.GetProperty("invoice").GetProperty("status").GetString());
        Assert.Equal(3_000m, Assert.Single(detail.GetProperty("lines").EnumerateArray()).GetProperty("amount").GetDecimal());

        using var opened = await owner.PostJsonAsync($"api/v1/invoices/{invoice.Id}/pay", new { });
        Assert.StartsWith(fixture.Gateway.Client.BaseAddress!.ToString(), (await opened.JsonAsync()).GetProperty("pay_url").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await stranger.GetJsonAsync("api/v1/invoices")).GetProperty("items").GetArrayLength());
        using var foreign = await stranger.PostJsonAsync($"api/v1/invoices/{invoice.Id}/pay", new { });
        await foreign.AssertProblemAsync(HttpStatusCode.NotFound);
        using var anonymous = await fixture.Browser().GetAsync("api/v1/invoices", Stop);
        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task WhatCosts_OfATenantWithAnOverdueInvoice_IsRefusedUntilItIsPaid()
    {
        var (owner, registered) = await fixture.Api.RegisterAsync();
        var tenant = await fixture.TenantOfAsync(registered.GetProperty("access_token").GetString()!);
        var invoice = await fixture.Bench.AddInvoiceAsync(tenant, status: InvoiceStatus.Overdue, issued: TimeProvider.System.GetUtcNow());

        using var refused = await owner.PostJsonAsync("api/v1/chat", new { message = "What is new?" });
        Assert.Equal("urn:docuchat:problem:invoice-overdue", (await refused.AssertProblemAsync(HttpStatusCode.PaymentRequired)).GetProperty("type").GetString());
        using var search = await owner.PostJsonAsync("api/v1/search", new { query = "What is new?" });
        await search.AssertProblemAsync(HttpStatusCode.PaymentRequired);
        using var upload = await owner.UploadAsync(("a.txt", "Text."u8.ToArray()));
        await upload.AssertProblemAsync(HttpStatusCode.PaymentRequired);
        await owner.GetJsonAsync("api/v1/conversations");
        Assert.Equal("read_only", (await owner.GetJsonAsync("api/v1/tenant")).GetProperty("standing").GetString());

        using var browser = fixture.Browser();
        using var receipt = await browser.GetAsync(await fixture.PayAsync(browser, fixture.Api.Services.GetRequiredService<PayLinks>().To(invoice.Id).Segments[^1], "pay"), Stop);
        using var asked = await owner.PostJsonAsync("api/v1/chat", new { message = "What is new?" });
        Assert.NotEqual(HttpStatusCode.PaymentRequired, asked.StatusCode);
    }

    [Fact]
    public async Task Events_OfAnInvoice_ProveIt()
    {
        var (owner, registered) = await fixture.Api.RegisterAsync();
        var tenant = await fixture.TenantOfAsync(registered.GetProperty("access_token").GetString()!);
        for (var i = 0; i < 25; i++)
            await fixture.Bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 12:00").AddMinutes(i), 10_000 + i);
        Assert.Equal(0, (await fixture.Bench.CommandAsync("run", "--tenant", tenant.Slug)).ExitCode);
        var invoice = Assert.Single(await fixture.Bench.InvoicesAsync(tenant));
        // What comes later is not its.
        await fixture.Bench.AddUsageAsync(tenant, BillingBench.Tehran("2026-11-23 13:00"), 99);

        var events = await owner.GetByteArrayAsync($"api/v1/invoices/{invoice.Id}/events", Stop);

        var detail = await owner.GetJsonAsync($"api/v1/invoices/{invoice.Id}");
        Assert.Equal(detail.GetProperty("events_sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(events)));
        var lines = Encoding.UTF8.GetString(events).TrimEnd('\n').Split('\n');
        Assert.Equal(1 + 25, lines.Length);
        Assert.Equal(invoice.Subtotal, lines.Skip(1).Sum(line => decimal.Parse(line.Split(',')[11], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex("(src|href|action|url)\\s*[=(]\\s*[\"']?(https?:)?//", RegexOptions.IgnoreCase)]
    private static partial Regex ForeignAddress();

    public sealed class Fixture : IAsyncLifetime
    {
        public SandboxServer Gateway { get; } = new();

        public ApiFactory Api { get; private set; } = null!;

        public BillingBench Bench { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var database = await TestDatabase.CreateAsync();
            Bench = await BillingBench.CreateAsync(database);
            Api = await ApiFactory.CreateAsync([("ZIBAL_BASE_URL", Gateway.Client.BaseAddress!.ToString()), ("PUBLIC_URL", "https://docuchat.test")], database: database);
        }

        public async ValueTask DisposeAsync()
        {
            await Api.DisposeAsync();
            await Gateway.DisposeAsync();
        }

        /// <summary>Keeps cookies and follows nothing by itself.</summary>
        public HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Api.Address };

        public async Task<(Tenant Tenant, Invoice Invoice, string Token)> InvoiceAsync(string language = "fa")
        {
            var tenant = await Bench.AddTenantAsync(language: language);
            var invoice = await Bench.AddInvoiceAsync(tenant, issued: TimeProvider.System.GetUtcNow());
            return (tenant, invoice, Api.Services.GetRequiredService<PayLinks>().To(invoice.Id).Segments[^1]);
        }

        /// <summary>Presses the button, decides at the gateway, and returns the way back to the Api.</summary>
        public async Task<Uri> PayAsync(HttpClient browser, string token, string decision)
        {
            using var opened = await browser.PostAsync($"api/v1/pay/{token}", null, Stop);
            Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
            using var decided = await Gateway.Client.PostAsync(new Uri($"{opened.Headers.Location}/{decision}"), null, Stop);
            return new Uri(Api.Address, decided.Headers.Location!.PathAndQuery);
        }

        public async Task<IReadOnlyList<PaymentAttempt>> AttemptsAsync(Invoice invoice)
        {
            await using var context = Bench.Context();
            return await context.PaymentAttempts.AsNoTracking().Where(attempt => attempt.InvoiceId == invoice.Id).ToListAsync(Stop);
        }

        public async Task<InvoiceStatus> StatusAsync(Invoice invoice)
        {
            await using var context = Bench.Context();
            return (await context.Invoices.AsNoTracking().SingleAsync(row => row.Id == invoice.Id, Stop)).Status;
        }

        public async Task<int> ReceiptsAsync(Invoice invoice)
        {
            await using var context = Bench.Context();
            return await context.Notifications.CountAsync(row => row.Kind == "receipt" && row.TenantId == invoice.TenantId, Stop);
        }

        public async Task<Tenant> TenantOfAsync(string accessToken)
        {
            var slug = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(accessToken).GetClaim("tenant").Value;
            await using var context = Database(Bench);
            return await context.Tenants.AsNoTracking().SingleAsync(row => row.Slug == slug, Stop);
        }

        private static DocuChatDbContext Database(BillingBench bench) => bench.Context();
    }
}
