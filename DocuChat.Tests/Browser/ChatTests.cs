using DocuChat.Tests.Web.StandIn;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DocuChat.Tests.Browser;

public sealed class ChatTests : IAsyncLifetime
{
    private static readonly StandInCitation Leave = new(1, "Handbook.pdf", 4, "Nine days of unused leave may be carried over.", 11, 57);

    private WebSite _site = default!;

    public async ValueTask InitializeAsync()
    {
        _site = await WebSite.StartAsync();
        _site.Api.Documents.Add(new StandInDocument(Guid.CreateVersion7(), "Handbook.pdf", 2048) { Status = "ready", Percent = 100, Text = "On leave.\n\nNine days of unused leave may be carried over. The rest is paid out." });
        _site.Api.Chat.Answers.AddRange([
            new StandInAnswer("leave", "Nine days may be **carried over** [1].") { Citations = [Leave] },
            new StandInAnswer("مرخصی", "نُه روز منتقل می‌شود [۱].") { Citations = [Leave] },
            new StandInAnswer("slow", string.Concat(Enumerable.Repeat("on and on ", 2000))) { Pace = TimeSpan.FromMilliseconds(50) },
            new StandInAnswer("fallback", "Yes [1].") { Citations = [Leave], Model = "gpt-4o-mini", FallbackReason = "429" },
            new StandInAnswer("sandbox", "Nine days [1].") { Citations = [Leave], Extractive = true },
            new StandInAnswer("broken", "This much came") { BreaksOff = true },
            new StandInAnswer("partial", "This much was kept") { Status = "partial" },
            new StandInAnswer("error", "") { Error = (503, "The model does not answer.", "Nothing was charged.") },
            new StandInAnswer("budget", "") { Error = (402, "The budget of this month does not allow this.", "0 of 4,000 tokens are left."), ErrorType = "urn:docuchat:problem:budget-exhausted" },
            new StandInAnswer("evil", "<img src=x onerror=alert(1)> ![p](http://evil.example/p.png) [c](http://evil.example) <script>alert(1)</script> done."),
        ]);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Ask_Question_StreamsACitedAnswerThatStays()
    {
        var page = await _site.SignInAsync();
        await AskAsync(page, "How much leave?");

        await Expect(page.Locator(".answer strong")).ToHaveTextAsync("carried over");
        await Expect(page.Locator(".receipt")).ToContainTextAsync("gpt-4o");
        await Expect(page.Locator(".receipt")).ToContainTextAsync("1,240 tokens in, 186 out");
        await Expect(page.Locator(".receipt")).ToContainTextAsync("28.52 Tomans");
        await page.WaitForURLAsync("**/chat/*");
        await Expect(page.Locator(".conversation-link")).ToHaveTextAsync("How much leave?");

        await page.ClickAsync(".answer .cite");
        await Expect(page.Locator(".source-passage")).ToContainTextAsync("On leave. Nine days of unused leave may be carried over. The rest is paid out.");
        await Expect(page.Locator(".source-passage mark")).ToHaveTextAsync("Nine days of unused leave may be carried over.");
        await page.ClickAsync(".source-open");
        await Expect(page.Locator("mark")).ToHaveTextAsync(Leave.Quote);

        await page.GoBackAsync();
        await Expect(page.Locator(".turn-question")).ToContainTextAsync("How much leave?");
        await Expect(page.Locator(".answer .cite")).ToHaveTextAsync("1");
        await page.ReloadAsync();
        await Expect(page.Locator(".citation")).ToContainTextAsync("Handbook.pdf");
        Assert.Empty(_site.Complaints);
    }

    [Fact]
    public async Task Ask_InPersian_IsWrittenRightToLeftWithPersianDigits()
    {
        var page = await _site.SignInAsync(language: "fa");
        await AskAsync(page, "چند روز مرخصی؟");

        await Expect(page.Locator(".answer .cite")).ToHaveTextAsync("۱");
        await Expect(page.Locator(".receipt")).ToContainTextAsync("۲۸٫۵۲ تومان");
        Assert.Equal("rtl", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.answer p')).direction"));
    }

    [Fact]
    public async Task Ask_SuggestedQuestion_NamesADocument()
    {
        var page = await _site.SignInAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "What is “Handbook” about?" }).ClickAsync();

        await Expect(page.Locator(".turn-question")).ToContainTextAsync("What is “Handbook” about?");
        await Expect(page.Locator(".turn-note")).ToContainTextAsync("No source stands behind this");
    }

    [Fact]
    public async Task Stop_KeepsWhatCame()
    {
        var page = await _site.SignInAsync();
        await AskAsync(page, "slow");
        await Expect(page.Locator(".answer")).ToContainTextAsync("on and on");

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();

        await Expect(page.Locator(".turn-note")).ToContainTextAsync("You stopped this answer");
        await Expect(page.Locator(".answer")).ToContainTextAsync("on and on");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("fallback", "gpt-4o was not available, so gpt-4o-mini answered")]
    [InlineData("sandbox", "quoted from your documents word for word")]
    [InlineData("broken", "The answer broke off here")]
    [InlineData("partial", "The answer broke off here")]
    [InlineData("unknown matter", "No source stands behind this")]
    public async Task Answer_ThatIsNotSimplyOne_SaysSo(string question, string note)
    {
        var page = await _site.SignInAsync();
        await AskAsync(page, question);

        await Expect(page.Locator(".turn-note")).ToContainTextAsync(note);
        await Expect(page.Locator(".answer")).Not.ToBeEmptyAsync();
    }

    [Fact]
    public async Task Answer_ThatFails_ShowsTheReasonAndCanBeAskedAgain()
    {
        var page = await _site.SignInAsync();
        await AskAsync(page, "error");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The model does not answer.");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was charged.");

        _site.Api.Chat.Answers.RemoveAll(answer => answer.Trigger == "error");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Expect(page.Locator(".answer")).ToBeVisibleAsync();
        await Expect(page.Locator(".turn")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Answer_BeyondTheBudget_SaysWhoCanDoWhat()
    {
        var page = await _site.SignInAsync();
        _site.Api.Tenant.Budget = new StandInBudget("tokens", 4_000, 4_000);
        await AskAsync(page, "budget");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("An owner or admin can raise the budget");
        await Expect(page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", "/usage");
        // What was just refused also stands above the page, without a reload.
        await Expect(page.Locator(".banner")).ToContainTextAsync("used up");
    }

    [Theory]
    [InlineData(402, "urn:docuchat:problem:invoice-overdue", "An invoice of your organisation is overdue", "/billing")]
    [InlineData(429, null, "Wait 17 seconds, then try again.", null)]
    public async Task Question_ThatIsRefused_SaysWhatToDo(int status, string? type, string words, string? link)
    {
        var page = await _site.SignInAsync();
        _site.Api.Chat.Refusal = (status, type);
        await AskAsync(page, "leave");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(words);
        if (link is not null)
            await Expect(page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", link);

        _site.Api.Chat.Refusal = null;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.Locator(".answer")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Answer_WithMarkup_LoadsAndRunsNothing()
    {
        var page = await _site.SignInAsync();
        await AskAsync(page, "evil");
        await Expect(page.Locator(".answer")).ToContainTextAsync("done.");

        Assert.Equal(0, await page.Locator(".answer img, .answer a, .answer script").CountAsync());
        Assert.Empty(_site.Complaints);
    }

    [Fact]
    public async Task Feedback_IsSentAndTakenBack()
    {
        var page = await _site.SignInAsync();
        await AskAsync(page, "leave");
        var thumb = page.GetByRole(AriaRole.Button, new() { Name = "Good answer" });
        await thumb.ClickAsync();
        await Expect(thumb).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal([1], _site.Api.Chat.Feedback.Values);

        await thumb.ClickAsync();

        await Expect(thumb).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.Equal([0], _site.Api.Chat.Feedback.Values);
    }

    [Fact]
    public async Task Conversation_IsRenamedAndDeleted()
    {
        var page = await _site.SignInAsync();
        await AskAsync(page, "leave");
        await page.WaitForURLAsync("**/chat/*");
        await page.HoverAsync(".conversation");
        await page.ClickAsync(".conversation-more");
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Rename" }).ClickAsync();
        await page.FillAsync(".mud-dialog input", "Carried over");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".conversation-link")).ToHaveTextAsync("Carried over");

        await page.HoverAsync(".conversation");
        await page.ClickAsync(".conversation-more");
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).ClickAsync();
        await page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(page.Locator(".conversation-link")).ToHaveCountAsync(0);
        await page.WaitForURLAsync(_site.Address + "/");
        Assert.Empty(_site.Api.Chat.Conversations);
    }

    [Fact]
    public async Task Input_Draft_OutlivesAReload()
    {
        var page = await _site.SignInAsync();
        await page.FillAsync("textarea", "half a question");
        await page.ReloadAsync();

        await Expect(page.Locator("textarea")).ToHaveValueAsync("half a question");
    }

    [Fact]
    public async Task NewChat_AfterAConversation_IsEmpty()
    {
        var page = await _site.SignInAsync();
        await AskAsync(page, "leave");
        await page.WaitForURLAsync("**/chat/*");
        await page.ClickAsync(".side-new");

        await Expect(page.GetByText("What would you like to know?")).ToBeVisibleAsync();
        await AskAsync(page, "fallback");
        await Expect(page.Locator(".conversation-link")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Conversation_ThatIsGone_SaysSo()
    {
        var page = await _site.SignInAsync();
        await page.GotoAsync($"{_site.Address}/chat/{Guid.CreateVersion7()}");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not found");
    }

    private static async Task AskAsync(IPage page, string question)
    {
        await Expect(page.Locator("textarea")).ToBeEnabledAsync();
        await page.FillAsync("textarea", question);
        await page.ClickAsync(".composer-button");
    }
}
