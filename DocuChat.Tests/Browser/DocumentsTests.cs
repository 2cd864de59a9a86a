using DocuChat.Tests.Web.StandIn;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DocuChat.Tests.Browser;

public sealed class DocumentsTests : IAsyncLifetime
{
    private WebSite _site = default!;

    public async ValueTask InitializeAsync() => _site = await WebSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upload_SeveralFiles_EachShowsHowItEnds(bool withoutEvents)
    {
        _site.Api.Documents.NoEvents = withoutEvents;
        var page = await OpenAsync();
        await page.SetInputFilesAsync("#upload-files", [File("گزارش.txt", "متن گزارش"), File("broken.pdf", "%PDF"), File("empty.txt", "")]);

        await Expect(Row(page, "گزارش.txt")).ToContainTextAsync("Ready");
        await Expect(Row(page, "گزارش.txt")).ToContainTextAsync("3 pages");
        await Expect(Row(page, "broken.pdf")).ToContainTextAsync("The file is encrypted.");
        await Expect(page.Locator(".upload-refused")).ToContainTextAsync("Choose a file that has content.");
        Assert.Equal("متن گزارش", _site.Api.Documents.All.Single(document => document.Name == "گزارش.txt").Text);
    }

    [Fact]
    public async Task Upload_DroppedFile_IsTaken()
    {
        var page = await OpenAsync();
        var files = await page.EvaluateHandleAsync("() => { const data = new DataTransfer(); data.items.add(new File(['some words'], 'dropped.md')); return data; }");
        await page.DispatchEventAsync("body", "drop", new { dataTransfer = files });

        await Expect(Row(page, "dropped.md")).ToContainTextAsync("Ready");
    }

    [Fact]
    public async Task Upload_TooLarge_IsRefusedBeforeItIsSent()
    {
        var page = await OpenAsync();
        await page.EvaluateAsync("() => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(50 * 1024 * 1024 + 1)], 'huge.pdf')); const input = document.getElementById('upload-files'); input.files = data.files; input.dispatchEvent(new Event('change')); }");

        await Expect(page.Locator(".upload-refused")).ToContainTextAsync("larger than 50 MB");
        Assert.Empty(_site.Api.Documents.All);
    }

    [Fact]
    public async Task Document_WithAPageWithoutText_TellsItInTheListAndBesideTheText()
    {
        const string note = "Page 3 has no text: it is drawn without letters.";
        _site.Api.Documents.Automatic = null;
        var document = _site.Api.Documents.Add(new StandInDocument(Guid.CreateVersion7(), "scan.pdf", 10) { Status = "ready", Text = "The rest.", Notes = [note] });
        var page = await OpenAsync();
        await Expect(Row(page, "scan.pdf")).ToContainTextAsync(note);
        await page.GetByText("scan.pdf").ClickAsync();
        await page.WaitForURLAsync($"**/documents/{document.Id}");
        await Expect(page.Locator(".text-title + .page-lead + .document-note")).ToContainTextAsync(note);
    }

    [Fact]
    public async Task Progress_ComesWithoutReload()
    {
        _site.Api.Documents.Automatic = null;
        var document = _site.Api.Documents.Add(new StandInDocument(Guid.CreateVersion7(), "a.pdf", 10));
        var page = await OpenAsync();
        await Expect(Row(page, "a.pdf")).ToContainTextAsync("Waiting");
        await _site.Api.Documents.HasListenerAsync(TestContext.Current.CancellationToken);

        _site.Api.Documents.Change(document with { Status = "embedding", Percent = 60 });
        await Expect(Row(page, "a.pdf")).ToContainTextAsync("Indexing");
        await Expect(Row(page, "a.pdf").GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "60");

        _site.Api.Documents.Change(document with { Status = "ready", Percent = 100, Pages = 7, Chunks = 21 });
        await Expect(Row(page, "a.pdf")).ToContainTextAsync("7 pages");
        await Expect(Row(page, "a.pdf")).ToContainTextAsync("21 passages");
    }

    [Fact]
    public async Task Cancel_AndReadAgain()
    {
        _site.Api.Documents.Automatic = null;
        _site.Api.Documents.Add(new StandInDocument(Guid.CreateVersion7(), "a.pdf", 10));
        var page = await OpenAsync();
        await ChooseAsync(page, "a.pdf", "Cancel");
        await Expect(Row(page, "a.pdf")).ToContainTextAsync("Cancelled");

        _site.Api.Documents.Automatic = TimeSpan.FromMilliseconds(10);
        await ChooseAsync(page, "a.pdf", "Read again");

        await Expect(Row(page, "a.pdf")).ToContainTextAsync("Ready");
    }

    [Fact]
    public async Task Delete_AsksFirst()
    {
        _site.Api.Documents.Add(new StandInDocument(Guid.CreateVersion7(), "a.pdf", 10) { Status = "ready" });
        var page = await OpenAsync();
        await ChooseAsync(page, "a.pdf", "Delete");
        await page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        Assert.Single(_site.Api.Documents.All);

        await ChooseAsync(page, "a.pdf", "Delete");
        await page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(page.Locator(".document")).ToHaveCountAsync(0);
        Assert.Empty(_site.Api.Documents.All);
    }

    [Fact]
    public async Task Text_OfALongDocument_IsTurnedPartByPart()
    {
        var text = string.Join('\n', Enumerable.Range(1, 900).Select(i => $"Paragraph {i} of a long document."));
        var document = _site.Api.Documents.Add(new StandInDocument(Guid.CreateVersion7(), "long.txt", 10) { Status = "ready", Text = text });
        var from = text.IndexOf("Paragraph 700 ", StringComparison.Ordinal);
        var page = await _site.SignInAsync();
        await page.GotoAsync($"{_site.Address}/documents/{document.Id}?from={from}&to={from + 13}");

        await Expect(page.Locator("mark")).ToHaveTextAsync("Paragraph 700");
        await Expect(page.Locator("mark")).ToBeInViewportAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Earlier part" }).ClickAsync();
        await Expect(page.GetByText("Paragraph 400 of")).ToBeVisibleAsync();
        await Expect(page.Locator("mark")).ToHaveCountAsync(0);
    }

    private async Task<IPage> OpenAsync()
    {
        var page = await _site.SignInAsync("/documents");
        await Expect(page.Locator(".documents-skeleton")).ToHaveCountAsync(0);
        // From then on the script takes files.
        await Expect(page.Locator("[data-choose]")).ToBeEnabledAsync();
        return page;
    }

    private static ILocator Row(IPage page, string name) => page.Locator(".document").Filter(new() { HasText = name });

    private static async Task ChooseAsync(IPage page, string name, string action)
    {
        await Row(page, name).GetByRole(AriaRole.Button, new() { Name = "Actions for" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = action, Exact = true }).ClickAsync();
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(text) };
}
