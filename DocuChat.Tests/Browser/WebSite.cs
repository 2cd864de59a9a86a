using System.Collections.Concurrent;
using DocuChat.Tests.Infrastructure;
using DocuChat.Tests.Web;
using DocuChat.Tests.Web.StandIn;
using Microsoft.Playwright;

namespace DocuChat.Tests.Browser;

/// <summary>The Web, of one replica or two with one Redis, before a stand-in Api: one a test, so that no test meets another's documents.</summary>
internal sealed class WebSite : IAsyncDisposable
{
    public const string Email = "demo@example.com";
    public const string MemberEmail = "member@example.com";
    public const string Password = "password123";

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly List<IBrowserContext> _contexts = [];
    private readonly WebFactory _one;
    private readonly Lazy<WebFactory> _other;

    private WebSite(StandInApi api, string redis)
    {
        Api = api;
        _one = WebFactory.Start(redis, api.Address);
        api.Billing.Web = _one.Address;
        _other = new Lazy<WebFactory>(() => WebFactory.Start(redis, api.Address));
    }

    public StandInApi Api { get; }

    public string Address => _one.Address;

    /// <summary>The same site at its second replica, which starts when it is first asked for.</summary>
    public string OtherAddress => _other.Value.Address;

    /// <summary>What browsers had to complain of: failed scripts, refused loads, requests to elsewhere.</summary>
    public IEnumerable<string> Complaints => _complaints;

    public static async Task<WebSite> StartAsync()
    {
        var redis = await TestRedis.CreateAsync();
        var api = await StandInApi.StartAsync();
        api.Accounts.Add(Email, Password, "مریم احمدی", "شرکت نمونه");
        api.Accounts.Add(MemberEmail, Password, "Reza Karimi", "شرکت نمونه", "member");
        return new WebSite(api, redis.ConnectionString);
    }

    /// <summary>A browser of its own: cookies, language, theme and size.</summary>
    public async Task<IBrowserContext> NewBrowserAsync(string language = "en", ColorScheme theme = ColorScheme.Light, int width = 1280, int height = 800, bool withPolicy = true)
    {
        var browser = await Chromium.GetAsync();
        var context = await browser.NewContextAsync(
            new BrowserNewContextOptions { Locale = language == "fa" ? "fa-IR" : "en-US", ColorScheme = theme, ViewportSize = new ViewportSize { Width = width, Height = height }, BypassCSP = !withPolicy }
        );
        context.SetDefaultTimeout(30_000);
        context.Page += (_, page) => Watch(page);
        _contexts.Add(context);
        return context;
    }

    /// <summary>A page of a new browser that is signed in.</summary>
    public async Task<IPage> SignInAsync(string path = "/", string language = "en", ColorScheme theme = ColorScheme.Light, int width = 1280, int height = 800)
    {
        var context = await NewBrowserAsync(language, theme, width, height);
        var page = await context.NewPageAsync();
        await SignInAsync(page, path);
        return page;
    }

    /// <summary>Signs in and ends at <paramref name="path"/>.</summary>
    public async Task SignInAsync(IPage page, string path = "/", string email = Email)
    {
        await page.GotoAsync($"{Address}/sign-in?return={Uri.EscapeDataString(path)}");
        await page.FillAsync("[name='Form.Email']", email);
        await page.FillAsync("[name='Form.Password']", Password);
        await page.ClickAsync("form button[type=submit]");
        await page.WaitForURLAsync(Address + path);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
            await context.CloseAsync();
        await _one.DisposeAsync();
        if (_other.IsValueCreated)
            await _other.Value.DisposeAsync();
        await Api.DisposeAsync();
    }

    private void Watch(IPage page)
    {
        page.PageError += (_, error) => _complaints.Enqueue($"script: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _complaints.Enqueue($"console: {message.Text}");
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !(_other.IsValueCreated && request.Url.StartsWith(OtherAddress, StringComparison.Ordinal)))
                _complaints.Enqueue($"request: {request.Url}");
        };
    }
}
