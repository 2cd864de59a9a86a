using DocuChat.Tests.Web.StandIn;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DocuChat.Tests.Browser;

public sealed class SettingsTests : IAsyncLifetime
{
    private WebSite _site = default!;

    public async ValueTask InitializeAsync() => _site = await WebSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Save_ChangesTheOrganisationAndItsBudget()
    {
        var page = await _site.SignInAsync("/settings");
        await Expect(page.Locator("#settings-name")).ToHaveValueAsync("شرکت نمونه");
        await page.FillAsync("#settings-name", "Acme");
        await page.SelectOptionAsync("#settings-language", "en");
        await page.FillAsync("#settings-zone", "Europe/Berlin");
        await page.CheckAsync("#settings-has-budget");
        await page.FillAsync("#settings-limit", "50000");
        await page.SelectOptionAsync("#settings-unit", "tomans");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.Locator(".mud-snackbar")).ToContainTextAsync("Saved");
        var tenant = _site.Api.Tenant;
        Assert.Equal(("Acme", "en", "Europe/Berlin", new StandInBudget("tomans", 50_000, 0)), (tenant.Name, tenant.Language, tenant.TimeZone, tenant.Budget));
        Assert.Empty(_site.Complaints);
    }

    [Fact]
    public async Task Save_WithoutABudget_TakesItAway()
    {
        _site.Api.Tenant.Budget = new StandInBudget("tokens", 4_000, 4_000);
        var page = await _site.SignInAsync("/settings");
        await Expect(page.Locator(".banner")).ToBeVisibleAsync();
        await page.UncheckAsync("#settings-has-budget");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        // The banner knows at once.
        await Expect(page.Locator(".banner")).ToHaveCountAsync(0);
        Assert.Null(_site.Api.Tenant.Budget);
    }

    [Fact]
    public async Task Save_OfAnUnknownTimeZone_SaysSoAndKeepsWhatWasTyped()
    {
        var page = await _site.SignInAsync("/settings");
        await page.FillAsync("#settings-zone", "Mars/Olympus");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no IANA time zone");
        await Expect(page.Locator("#settings-zone")).ToHaveValueAsync("Mars/Olympus");
    }

    [Fact]
    public async Task Member_SeesTheSettingsAndChangesNothing()
    {
        var page = await (await _site.NewBrowserAsync()).NewPageAsync();
        await _site.SignInAsync(page, "/settings", WebSite.MemberEmail);

        await Expect(page.Locator("#settings-name")).ToBeDisabledAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToHaveCountAsync(0);
    }
}
