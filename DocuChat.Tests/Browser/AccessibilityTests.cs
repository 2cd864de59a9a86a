using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using DocuChat.Tests.Web.StandIn;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DocuChat.Tests.Browser;

/// <summary>Every page, in both languages and themes, on a desk and a phone: axe finds nothing serious, and no page is wider than its window.</summary>
public sealed class AccessibilityTests : IAsyncLifetime
{
    private WebSite _site = default!;

    public async ValueTask InitializeAsync()
    {
        _site = await WebSite.StartAsync();
        var documents = _site.Api.Documents;
        documents.Automatic = null;
        documents.Add(new StandInDocument(Guid.CreateVersion7(), "آیین‌نامه.pdf", 482_113) { Status = "ready", Percent = 100, Pages = 24, Chunks = 61, Text = "متن آیین‌نامه" });
        documents.Add(new StandInDocument(Guid.CreateVersion7(), "report.docx", 90_000) { Status = "embedding", Percent = 40 });
        documents.Add(new StandInDocument(Guid.CreateVersion7(), "a-name-that-is-so-long-that-no-phone-can-hold-it-in-a-line.pdf", 90_000) { Status = "failed", Error = "The file is encrypted." });
        _site.Api.Billing.AddOfEachState();
        _site.Api.Tenant.Budget = new StandInBudget("tokens", 4_000_000, 3_400_000, 200_000);
        var answer = new StandInAnswer("leave", "**Nine days** [1].\n\n- one\n- two\n\n```\ncode [1]\n```\n\n| a | b |\n| --- | --- |\n| c | d |") { Citations = [new StandInCitation(1, "آیین‌نامه.pdf", 4, "متن", 0, 3)] };
        var conversation = new StandInConversation(Guid.CreateVersion7(), "How much leave?");
        conversation.Messages.AddRange([new StandInMessage(Guid.CreateVersion7(), "user", "How much leave?", "complete", null), new StandInMessage(Guid.CreateVersion7(), "assistant", answer.Text, "complete", answer)]);
        _site.Api.Chat.Add(conversation);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("en", ColorScheme.Light, 1280)]
    [InlineData("fa", ColorScheme.Light, 390)]
    [InlineData("fa", ColorScheme.Dark, 1280)]
    [InlineData("en", ColorScheme.Dark, 390)]
    public async Task Pages_HaveNoSeriousFinding(string language, ColorScheme theme, int width)
    {
        var context = await _site.NewBrowserAsync(language, theme, width);
        var page = await context.NewPageAsync();
        await page.GotoAsync(_site.Address + "/register");
        await CheckAsync(page, "register");
        await _site.SignInAsync(page, "/");
        await Expect(page.Locator(".suggestion").First).ToBeVisibleAsync();
        await CheckAsync(page, "welcome");

        await page.GotoAsync($"{_site.Address}/chat/{_site.Api.Chat.Conversations.Single().Id}");
        await page.ClickAsync(".citation");
        await Expect(page.Locator(".source-passage")).ToBeVisibleAsync();
        await CheckAsync(page, "chat");

        await page.GotoAsync(_site.Address + "/documents");
        await Expect(page.Locator(".document")).ToHaveCountAsync(3);
        await CheckAsync(page, "documents");
        await page.Locator(".document-actions button").First.ClickAsync();
        await CheckAsync(page, "menu");
        await page.Locator(".menu .menu-danger").ClickAsync();
        await Expect(page.Locator(".mud-dialog")).ToBeVisibleAsync();
        await CheckAsync(page, "dialog");

        await page.GotoAsync($"{_site.Address}/documents/{_site.Api.Documents.All.Last().Id}");
        await Expect(page.Locator(".text-card")).ToBeVisibleAsync();
        await CheckAsync(page, "text");

        await page.GotoAsync(_site.Address + "/billing");
        await Expect(page.Locator(".invoice")).ToHaveCountAsync(6);
        await CheckAsync(page, "billing");
        await page.GotoAsync(_site.Address + "/billing/36");
        await Expect(page.Locator(".invoice-pay button")).ToBeVisibleAsync();
        await CheckAsync(page, "invoice");
        await page.GotoAsync(_site.Address + "/billing/31");
        await Expect(page.Locator(".receipt-card")).ToBeVisibleAsync();
        await CheckAsync(page, "receipt");

        await page.GotoAsync(_site.Address + "/usage");
        await Expect(page.Locator(".usage-table").First).ToBeVisibleAsync();
        await Expect(page.Locator(".budget")).ToBeVisibleAsync();
        await CheckAsync(page, "usage");

        await page.GotoAsync(_site.Address + "/settings");
        await Expect(page.Locator("#settings-limit")).ToBeVisibleAsync();
        await CheckAsync(page, "settings");
        Assert.Empty(_site.Complaints);
    }

    private static async Task CheckAsync(IPage page, string name)
    {
        // An element that fades in has not its colours yet.
        await page.EvaluateAsync("() => Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().iterations !== Infinity).map(a => a.finished.catch(() => {})))");
        var result = await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical");
        Assert.Empty(serious.Select(violation => $"{name}: {violation.Id} at {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than its window.");
    }
}
