using System.Security.Cryptography;
using DocuChat.Tests.Web.StandIn;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DocuChat.Tests.Browser;

public sealed class BillingTests : IAsyncLifetime
{
    private WebSite _site = default!;

    public async ValueTask InitializeAsync() => _site = await WebSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Billing_ListsInvoicesOfEveryState_AndWhatIsToBePaid()
    {
        _site.Api.Billing.AddOfEachState();
        var page = await _site.SignInAsync("/billing");

        await Expect(page.Locator(".invoice")).ToHaveCountAsync(6);
        Assert.Equal(["To pay", "Being checked", "Overdue", "Carried over", "Void", "Paid"], await page.Locator(".invoice .state").AllInnerTextsAsync());
        await Expect(page.Locator(".invoice").First).ToContainTextAsync("10 Nov 2026");
        await Expect(page.Locator(".billing-sum")).ToContainTextAsync("4,250.5 Tomans");
        await Expect(page.Locator(".billing-sum")).ToContainTextAsync("2 open, the oldest overdue since 23 Nov");
        Assert.Empty(_site.Complaints);
    }

    [Fact]
    public async Task Billing_InPersian_HasJalaliDatesAndPersianDigits()
    {
        var invoice = _site.Api.Billing.AddOfEachState();
        var page = await _site.SignInAsync("/billing", "fa");

        await Expect(page.Locator(".invoice").First).ToContainTextAsync("۱۹ آبان ۱۴۰۵");
        await Expect(page.Locator(".invoice").First).ToContainTextAsync("۳٬۰۰۰ تومان");
        await page.Locator(".invoice-link").First.ClickAsync();
        await page.WaitForURLAsync($"**/billing/{invoice.Id}");
        await Expect(page.Locator(".invoice-proof")).ToContainTextAsync("۰٫۲٪");
        Assert.Equal("rtl", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.invoice-lines')).direction"));
    }

    [Fact]
    public async Task Invoice_ShowsItsLinesCarryDriftAndProof()
    {
        var invoice = _site.Api.Billing.AddOfEachState();
        var page = await _site.SignInAsync($"/billing/{invoice.Id}");

        var lines = page.Locator(".invoice-lines tbody tr");
        await Expect(lines).ToHaveCountAsync(3);
        await Expect(lines.Nth(0)).ToContainTextAsync("10%");
        await Expect(lines.Nth(1)).ToContainTextAsync("adjustment for 9 Nov");
        await Expect(lines.Nth(2)).ToContainTextAsync("charged twice");
        await Expect(lines.Nth(2)).ToContainTextAsync("−250");
        await Expect(page.Locator(".invoice-sums")).ToContainTextAsync("3,000.02");
        await Expect(page.Locator(".invoice-sums")).ToContainTextAsync("Carried to the next invoice");
        await Expect(page.Locator(".invoice-proof")).ToContainTextAsync("149,700");
        await Expect(page.Locator(".invoice-proof")).ToContainTextAsync("−0.2%");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the calls" }).ClickAsync());
        Assert.Equal("docuchat-invoice-36.csv", download.SuggestedFilename);
        await using var file = await download.CreateReadStreamAsync();
        await Expect(page.Locator(".invoice-hash code")).ToHaveTextAsync(Convert.ToHexStringLower(await SHA256.HashDataAsync(file, TestContext.Current.CancellationToken)));
        Assert.Empty(_site.Complaints);
    }

    [Fact]
    public async Task Invoice_WithoutAWitness_SaysSo()
    {
        _site.Api.Billing.AddOfEachState();
        var page = await _site.SignInAsync("/billing/34");

        await Expect(page.Locator(".invoice-proof")).ToContainTextAsync("No witness");
        await Expect(page.Locator(".invoice-note")).ToContainTextAsync("It was due 23 Nov.");
    }

    [Theory]
    [InlineData(32, "withdrawn")]
    [InlineData(33, "stands on the next invoice")]
    [InlineData(35, "far above your usual")]
    public async Task Invoice_ThatNobodyPaysNow_SaysWhyAndHasNoButton(int id, string note)
    {
        _site.Api.Billing.AddOfEachState();
        var page = await _site.SignInAsync($"/billing/{id}");

        await Expect(page.Locator(".invoice-note").First).ToContainTextAsync(note);
        await Expect(page.Locator(".invoice-pay")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Pay_GoesToTheGateway_AndComesBackToTheReceipt()
    {
        var invoice = _site.Api.Billing.AddOfEachState();
        var page = await _site.SignInAsync($"/billing/{invoice.Id}");
        // With the keyboard.
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay 3,000 Tomans" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        // The gateway knows its own number only, and the page finds whose it is.
        await page.WaitForURLAsync($"{_site.Address}/billing/{invoice.Id}");
        await Expect(page.Locator(".receipt-card")).ToContainTextAsync("1040009");
        await Expect(page.Locator(".receipt-card")).ToContainTextAsync("30,000 Rials");
        await Expect(page.Locator(".receipt-card")).ToContainTextAsync("62741****44");
        await Expect(page.Locator(".page-head .state")).ToHaveTextAsync("Paid");
        await Expect(page.Locator(".invoice-pay")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Pay_WhileTheGatewayIsAway_SaysSoAndCanBeTriedAgain()
    {
        var invoice = _site.Api.Billing.AddOfEachState();
        _site.Api.Billing.GatewayDown = true;
        var page = await _site.SignInAsync($"/billing/{invoice.Id}");
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Pay 3,000 Tomans" });
        await button.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No money was taken");
        await Expect(button).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Invoice_WithAPaymentUnderWay_SaysSo()
    {
        var invoice = _site.Api.Billing.AddOfEachState();
        invoice.Payments.Add(new StandInPayment(15_966_442_239_999, "open", TimeProvider.System.GetUtcNow()));
        var page = await _site.SignInAsync($"/billing/{invoice.Id}");

        await Expect(page.Locator(".note")).ToContainTextAsync("A payment was begun");
    }

    [Fact]
    public async Task Billing_None_SaysSo()
    {
        var page = await _site.SignInAsync("/billing");

        await Expect(page.Locator(".usage-none")).ToContainTextAsync("No invoice yet");
    }

    [Fact]
    public async Task Billing_WhileTheApiIsAway_SaysSoAndComesBack()
    {
        _site.Api.Billing.AddOfEachState();
        var page = await _site.SignInAsync("/");
        _site.Api.Down = true;
        await page.Locator(".side-link", new() { HasText = "Billing" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("DocuChat cannot be reached right now");

        _site.Api.Down = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again", Exact = true }).ClickAsync();

        await Expect(page.Locator(".invoice")).ToHaveCountAsync(6);
    }

    [Fact]
    public async Task Member_SeesNoBillingAndIsToldWhy()
    {
        var page = await (await _site.NewBrowserAsync()).NewPageAsync();
        await _site.SignInAsync(page, "/billing", WebSite.MemberEmail);

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not for your role");
        await Expect(page.Locator(".side-link", new() { HasText = "Usage" })).ToBeVisibleAsync();
        await Expect(page.Locator(".side-link", new() { HasText = "Billing" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task More_LoadsTheRest()
    {
        for (var i = 0; i < 30; i++)
            _site.Api.Billing.Add(new StandInInvoice(100 + i, new DateOnly(2026, 9, 1).AddDays(i), "paid", 500m));
        var page = await _site.SignInAsync("/billing");
        await Expect(page.Locator(".invoice")).ToHaveCountAsync(20);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();

        await Expect(page.Locator(".invoice")).ToHaveCountAsync(30);
        await Expect(page.Locator(".billing-sum")).ToContainTextAsync("Nothing to pay");
    }
}
