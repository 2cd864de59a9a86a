using DocuChat.Tests.Web.StandIn;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DocuChat.Tests.Browser;

public sealed class SignInTests : IAsyncLifetime
{
    private WebSite _site = default!;

    public async ValueTask InitializeAsync() => _site = await WebSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Register_NewPerson_LandsInTheChatWithNoTokenInTheBrowser()
    {
        var context = await _site.NewBrowserAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(_site.Address + "/");
        await page.WaitForURLAsync("**/sign-in?return=%2F");
        await page.ClickAsync("a[href^='/register']");
        await page.FillAsync("[name='Form.Name']", "Sara Karimi");
        await page.FillAsync("[name='Form.Email']", "sara@example.com");
        await page.FillAsync("[name='Form.Password']", "password123");
        await page.ClickAsync("form button[type=submit]");

        await Expect(page.GetByText("Start with a document")).ToBeVisibleAsync();
        await Expect(page.GetByText("Sara Karimi").First).ToBeVisibleAsync();
        var cookie = Assert.Single(await context.CookiesAsync(), cookie => cookie.Name == "docuchat.session");
        Assert.True(cookie is { HttpOnly: true, SameSite: SameSiteAttribute.Lax });
        var kept = await page.EvaluateAsync<string>("JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.documentElement.outerHTML");
        Assert.DoesNotContain(_site.Api.Accounts.Tokens, token => kept.Contains(token, StringComparison.Ordinal));
        Assert.Empty(_site.Complaints);
    }

    [Fact]
    public async Task Register_KnownAddress_SaysSo()
    {
        var page = await (await _site.NewBrowserAsync()).NewPageAsync();
        await page.GotoAsync(_site.Address + "/register");
        await page.FillAsync("[name='Form.Name']", "Other");
        await page.FillAsync("[name='Form.Email']", WebSite.Email);
        await page.FillAsync("[name='Form.Password']", "password123");
        await page.ClickAsync("form button[type=submit]");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("registered already");
        await Expect(page.Locator("[name='Form.Name']")).ToHaveValueAsync("Other");
    }

    [Fact]
    public async Task SignIn_WithACode_LandsInTheChat()
    {
        var page = await (await _site.NewBrowserAsync()).NewPageAsync();
        await page.GotoAsync(_site.Address + "/sign-in");
        await page.GetByText("Sign in with a code by e-mail").ClickAsync();
        await page.FillAsync("[name='Form.Email']", WebSite.Email);
        await page.ClickAsync("form button[type=submit]");
        await page.FillAsync("[name='Form.Code']", "000000");
        await page.ClickAsync("form button[type=submit]");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The code is wrong");
        await page.FillAsync("[name='Form.Code']", StandInAccounts.SignInCode);
        await page.ClickAsync("form button[type=submit]");

        await Expect(page.Locator("[name='Form.Code']")).ToHaveCountAsync(0);
        Assert.Equal("/", new Uri(page.Url).AbsolutePath);
        Assert.Empty(_site.Complaints);
    }

    [Theory]
    [InlineData(StandInAccounts.InvitationToken, null)]
    [InlineData("another", "این دعوت دیگر اعتبار ندارد")]
    public async Task Invitation_FromTheMail_LandsInTheChatOrSaysWhyNot(string token, string? trouble)
    {
        var page = await (await _site.NewBrowserAsync("fa")).NewPageAsync();
        await page.GotoAsync($"{_site.Address}/invitation?token={token}");
        await page.FillAsync("[name='Form.Name']", "سارا کریمی");
        await page.FillAsync("[name='Form.Password']", "password123");
        await page.ClickAsync("form button[type=submit]");

        if (trouble is null)
            await Expect(page.GetByText("سارا کریمی").First).ToBeVisibleAsync();
        else
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(trouble);
    }

    [Fact]
    public async Task SignIn_WrongPassword_SaysSoAndKeepsTheAddress()
    {
        var page = await (await _site.NewBrowserAsync("fa")).NewPageAsync();
        await page.GotoAsync(_site.Address + "/sign-in");
        await page.FillAsync("[name='Form.Email']", WebSite.Email);
        await page.FillAsync("[name='Form.Password']", "wrong");
        await page.ClickAsync("form button[type=submit]");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("ایمیل یا گذرواژه درست نیست");
        await Expect(page.Locator("[name='Form.Email']")).ToHaveValueAsync(WebSite.Email);
        await Expect(page.Locator("[name='Form.Password']")).ToHaveValueAsync("");
    }

    [Theory]
    [InlineData("/documents", "/documents")]
    [InlineData("//evil.example/x", "/")]
    [InlineData("https://evil.example/x", "/")]
    public async Task SignIn_ReturnAddress_StaysOnTheSite(string wanted, string reached)
    {
        var page = await (await _site.NewBrowserAsync()).NewPageAsync();
        await page.GotoAsync($"{_site.Address}/sign-in?return={Uri.EscapeDataString(wanted)}");
        await page.FillAsync("[name='Form.Email']", WebSite.Email);
        await page.FillAsync("[name='Form.Password']", WebSite.Password);
        await page.ClickAsync("form button[type=submit]");

        await page.WaitForURLAsync(_site.Address + reached);
    }

    [Fact]
    public async Task SignOut_EndsTheSessionEverywhere()
    {
        var page = await _site.SignInAsync();
        var cookies = await page.Context.CookiesAsync();
        await page.ClickAsync("form[action='/sign-out'] button");
        await page.WaitForURLAsync("**/sign-in");

        Assert.Equal(0, _site.Api.Accounts.SignIns);
        // The old cookie, kept by a thief, opens nothing.
        await page.Context.AddCookiesAsync(cookies.Select(cookie => new Microsoft.Playwright.Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path }));
        await page.GotoAsync(_site.Address + "/documents");
        await page.WaitForURLAsync("**/sign-in?return=%2Fdocuments");
    }

    [Fact]
    public async Task Language_FollowsTheBrowserUntilItIsChosen()
    {
        var page = await _site.SignInAsync(language: "fa");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await Expect(page.GetByText("با یک سند آغاز کنید")).ToBeVisibleAsync();

        await page.ClickAsync(".language-link");

        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(page.GetByText("Start with a document")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "ltr");
    }

    [Fact]
    public async Task Theme_FollowsTheSystemUntilItIsChosen()
    {
        var page = await _site.SignInAsync(theme: ColorScheme.Dark);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        await page.ClickAsync("[data-theme-switch]");
        await page.ReloadAsync();

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
    }

    [Fact]
    public async Task TwoTabs_OnTwoReplicas_RenewTheTokenOnce()
    {
        var one = await _site.SignInAsync();
        await Expect(one.GetByText("Start with a document")).ToBeVisibleAsync();
        var other = await one.Context.NewPageAsync();
        _site.Api.Accounts.RefreshTime = TimeSpan.FromMilliseconds(300);
        _site.Api.Accounts.RefuseAccessTokens();

        await Task.WhenAll(one.GotoAsync(_site.Address + "/documents"), other.GotoAsync(_site.OtherAddress + "/usage"));

        await Expect(one.GetByText("Drop files here")).ToBeVisibleAsync();
        await Expect(other.GetByText("Last 7 days")).ToBeVisibleAsync();
        Assert.Equal((1, 0), (_site.Api.Accounts.Refreshes, _site.Api.Accounts.Reuses));
    }

    [Fact]
    public async Task Circuit_OfAPageFromOneReplica_OpensAtTheOther()
    {
        // The page is drawn by one replica, and its WebSocket reaches the other, as behind a balancer without affinity. The policy of the page
        // allows its own address only, so this browser does not heed it.
        var page = await (await _site.NewBrowserAsync(withPolicy: false)).NewPageAsync();
        var other = new Uri(_site.OtherAddress).Authority;
        await page.AddInitScriptAsync(
            $$"""const Socket = WebSocket; window.WebSocket = class extends Socket { constructor(url, ...rest) { super(url.replace(location.host, '{{other}}'), ...rest); window.socketUrl = this.url; } };"""
        );
        await _site.SignInAsync(page);

        await Expect(page.GetByText("Start with a document")).ToBeVisibleAsync();
        Assert.Empty(_site.Complaints);
        Assert.Contains(other, await page.EvaluateAsync<string>("window.socketUrl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AccessToken_RefusedByTheApi_IsRenewedUnseen()
    {
        var page = await _site.SignInAsync("/documents");
        await Expect(page.Locator(".documents-skeleton")).ToHaveCountAsync(0);
        await Expect(page.GetByText("Your conversations will stand here.")).ToBeVisibleAsync();
        _site.Api.Accounts.RefuseAccessTokens();

        await page.ClickAsync("a[href='/usage']");

        await Expect(page.GetByText("Last 7 days")).ToBeVisibleAsync();
        Assert.Equal((1, 0), (_site.Api.Accounts.Refreshes, _site.Api.Accounts.Reuses));
    }

    [Fact]
    public async Task Session_EndedByTheApi_LeadsToTheSignInAndBack()
    {
        var page = await _site.SignInAsync();
        // All that this page asks of the Api has been answered: only the next page can meet the end.
        await Expect(page.GetByText("Start with a document")).ToBeVisibleAsync();
        await Expect(page.GetByText("Your conversations will stand here.")).ToBeVisibleAsync();
        _site.Api.Accounts.EndAll();

        await page.GotoAsync(_site.Address + "/usage");
        await page.WaitForURLAsync("**/sign-in?return=%2Fusage");
        await page.FillAsync("[name='Form.Email']", WebSite.Email);
        await page.FillAsync("[name='Form.Password']", WebSite.Password);
        await page.ClickAsync("form button[type=submit]");

        await Expect(page.GetByText("Last 7 days")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Api_Down_IsSaidAndTriedAgain()
    {
        var page = await _site.SignInAsync("/documents");
        await Expect(page.Locator(".documents-skeleton")).ToHaveCountAsync(0);
        _site.Api.Down = true;
        await page.ClickAsync("a[href='/usage']");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be reached");

        _site.Api.Down = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again", Exact = true }).ClickAsync();

        await Expect(page.GetByText("Last 7 days")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Api_DownAtSignIn_IsSaid()
    {
        _site.Api.Down = true;
        var page = await (await _site.NewBrowserAsync()).NewPageAsync();
        await page.GotoAsync(_site.Address + "/sign-in");
        await page.FillAsync("[name='Form.Email']", WebSite.Email);
        await page.FillAsync("[name='Form.Password']", WebSite.Password);
        await page.ClickAsync("form button[type=submit]");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not answer");
    }

    [Theory]
    [InlineData("/sign-out")]
    [InlineData("/documents/upload")]
    public async Task Post_WithoutAntiforgeryToken_IsRefused(string path)
    {
        var page = await _site.SignInAsync();

        var response = await page.APIRequest.PostAsync(_site.Address + path);

        Assert.Equal(400, response.Status);
        Assert.Equal(1, _site.Api.Accounts.SignIns);
    }
}
