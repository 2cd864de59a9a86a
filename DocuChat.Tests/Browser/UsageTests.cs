using DocuChat.Tests.Web.StandIn;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DocuChat.Tests.Browser;

public sealed class UsageTests : IAsyncLifetime
{
    private WebSite _site = default!;

    public async ValueTask InitializeAsync() => _site = await WebSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Usage_ShowsTotalsModelsAndDays()
    {
        var page = await _site.SignInAsync("/usage");

        await Expect(page.Locator(".usage-card").First).ToContainTextAsync("48,100");
        await Expect(page.Locator(".usage-card").First).ToContainTextAsync("962 Tomans");
        await Expect(page.Locator(".chart-bar")).ToHaveCountAsync(7);
        await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "gpt-4o", Exact = true })).ToBeVisibleAsync();

        await page.Locator(".usage-card").First.ClickAsync();

        await Expect(page.Locator(".usage-card").First).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Locator(".chart-bar")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Usage_ShowsBothDirections()
    {
        var page = await _site.SignInAsync("/usage");

        await Expect(page.Locator(".directions-key li")).ToHaveCountAsync(2);
        await Expect(page.Locator(".directions-key")).ToContainTextAsync("Tokens in");
        await Expect(page.Locator(".directions span")).ToHaveCountAsync(2);
    }

    [Theory]
    [InlineData(1_200_000, "ok", "Enough left", "2,700,000 tokens left", null)]
    [InlineData(3_300_000, "warning", "Nearly used up", "600,000 tokens left", "82.5% of this month's budget is used.")]
    [InlineData(4_000_000, "exhausted", "Used up", "0 tokens left", "The budget of this month is used up.")]
    public async Task Budget_ShowsWhatIsLeft_AndTheBannerWarns(int used, string state, string words, string left, string? banner)
    {
        _site.Api.Tenant.Budget = new StandInBudget("tokens", 4_000_000, used, Reserved: 100_000);
        var page = await _site.SignInAsync("/usage");

        var budget = page.Locator($".budget-{state}");
        await Expect(budget.Locator(".state")).ToHaveTextAsync(words);
        await Expect(budget.Locator(".budget-left")).ToHaveTextAsync(left);
        await Expect(budget).ToContainTextAsync("1 Dec");
        await Expect(page.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuetext", $"{used / 40_000m:0.#}%");
        if (banner is null)
            await Expect(page.Locator(".banner")).ToHaveCountAsync(0);
        else
            await Expect(page.Locator(".banner")).ToContainTextAsync(banner);
    }

    [Fact]
    public async Task Budget_TooLittleForAQuestion_SaysWhyItCountsAsUsedUp()
    {
        _site.Api.Tenant.Budget = new StandInBudget("tokens", 10_000, 8_022) { IsExhausted = true };
        var page = await _site.SignInAsync("/usage");

        await Expect(page.Locator(".budget-left")).ToHaveTextAsync("1,978 tokens left");
        await Expect(page.Locator(".budget")).ToContainTextAsync("less than the next question may take");
    }

    [Fact]
    public async Task Budget_InTomansAndPersian_HasPersianDigits()
    {
        _site.Api.Tenant.Budget = new StandInBudget("tomans", 50_000, 41_500);
        var page = await _site.SignInAsync("/usage", "fa");

        await Expect(page.Locator(".budget-left")).ToContainTextAsync("۸٬۵۰۰ تومان");
        await Expect(page.Locator(".banner")).ToContainTextAsync("۸۳٪");
        await Expect(page.Locator(".budget")).ToContainTextAsync("۱۰ آذر");
    }

    [Fact]
    public async Task Banner_OfAnOverdueInvoice_StandsOnEveryPageUntilItIsPaid()
    {
        _site.Api.Tenant.IsReadOnly = true;
        var page = await _site.SignInAsync("/documents");
        await Expect(page.Locator(".banner")).ToContainTextAsync("An invoice is overdue");

        await page.Locator(".banner a").ClickAsync();
        await page.WaitForURLAsync("**/billing");
        await Expect(page.Locator(".banner")).ToBeVisibleAsync();
        _site.Api.Tenant.IsReadOnly = false;
        await page.Locator(".side-link", new() { HasText = "Documents" }).ClickAsync();

        await Expect(page.Locator(".banner")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Usage_InPersian_HasPersianDigits()
    {
        var page = await _site.SignInAsync("/usage", "fa");

        await Expect(page.Locator(".usage-card").First).ToContainTextAsync("۴۸٬۱۰۰");
        await Expect(page.Locator(".usage-card").First).ToContainTextAsync("۹۶۲ تومان");
    }

    [Fact]
    public async Task Usage_None_SaysSo()
    {
        _site.Api.HasUsage = false;
        var page = await _site.SignInAsync("/usage");

        await Expect(page.Locator(".usage-none")).ToContainTextAsync("Nothing was used");
    }
}
