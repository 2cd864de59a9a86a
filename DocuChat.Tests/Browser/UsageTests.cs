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
