using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;
using DocuChat.AppHost;
using DocuChat.Billing;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Tests.Api;
using DocuChat.Tests.Browser;
using Microsoft.Extensions.Configuration;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace DocuChat.Tests.AppHost;

/// <summary>
/// The whole way of an organisation, walked in a browser through the real system: register → upload → ask → ledger → billing run → e-mail →
/// gateway → paid → receipt.
/// </summary>
[Collection(RunningSystem.Collection)]
public sealed partial class BillingWalkTests(RunningSystem system)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Walk_FromTheFirstQuestionToTheReceipt()
    {
        var email = ApiCalls.NewEmail();
        await using var context = await (await Chromium.GetAsync()).NewContextAsync(new BrowserNewContextOptions { Locale = "en-US" });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var web = system.Application.GetEndpoint(ResourceNames.Web, "http").ToString().TrimEnd('/');

        await RegisterAsync(page, web, email);
        await UploadAsync(page, web);
        await AskAsync(page, web);
        await page.GotoAsync($"{web}/usage");
        await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "gpt-4o", Exact = true })).ToBeVisibleAsync();

        var slug = await SlugAsync(email);
        var (day, tokens, cost) = await MakeYesterdaysAsync(slug);
        var printed = await RunAsync("run", "--tenant", slug, "--period", day.ToString("O", CultureInfo.InvariantCulture));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{slug}: {tokens:#,0} tokens, {Math.Floor(cost * 10) / 10:#,0.00} Tomans"), printed, StringComparison.Ordinal);
        var invoice = InvoiceNumber().Match(printed).Groups[1].Value;
        Assert.Contains("The invoice holds.", await RunAsync("verify", invoice), StringComparison.Ordinal);

        using var sink = system.CreateClient(ResourceNames.Mail);
        var mail = await MailAsync(sink, email, "صورت‌حساب شمارهٔ");
        await page.SetContentAsync(await sink.GetStringAsync(new Uri($"api/messages/{mail}/html", UriKind.Relative), Stop));
        await page.ClickAsync("a[href*='/api/v1/pay/']");
        await page.ClickAsync("form button");
        await page.WaitForURLAsync("**/start/*");
        await page.ClickAsync("#pay");
        await page.WaitForURLAsync("**/billing/callback?*");
        await Expect(page.Locator("h1")).ToHaveTextAsync("پرداخت شد");

        await page.ClickAsync("a.button");
        await page.WaitForURLAsync($"{web}/billing/{invoice}");
        await Expect(page.Locator(".receipt-card")).ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(cost * 10):#,0} Rials"));
        await page.ClickAsync(".back");
        await Expect(page.Locator(".invoice[data-status=paid]")).ToHaveCountAsync(1);
        await Expect(page.Locator(".billing-sum")).ToContainTextAsync("Nothing to pay");
        await MailAsync(sink, email, "رسید پرداخت");
    }

    private static async Task RegisterAsync(IPage page, string web, string email)
    {
        await page.GotoAsync($"{web}/register");
        await page.FillAsync("[name='Form.Name']", "Walker");
        await page.FillAsync("[name='Form.Email']", email);
        await page.FillAsync("[name='Form.Password']", ApiCalls.Password);
        await page.ClickAsync("form button[type=submit]");
        await Expect(page.GetByText("Start with a document")).ToBeVisibleAsync();
    }

    private static async Task UploadAsync(IPage page, string web)
    {
        // So much that a day of it comes to more than the gateway's minimum.
        var shelves = string.Concat(Enumerable.Range(1, 400).Select(shelf => string.Create(CultureInfo.InvariantCulture, $"Shelf number {shelf} of the archive holds {shelf % 37 + 3} folders of the year {1900 + shelf % 120}.\n\n")));
        await page.GotoAsync($"{web}/documents");
        await Expect(page.Locator("[data-choose]")).ToBeEnabledAsync();
        await page.SetInputFilesAsync(
            "#upload-files",
            [File("Warranty.pdf", WalkDocuments.Pdf("Warranty", "The warranty of the Borealis stove lasts 41 months from the day of delivery. It covers the door and the grate.")), File("Archive.md", Encoding.UTF8.GetBytes($"# Archive\n\n{shelves}"))]
        );
        await Expect(page.Locator(".document[data-status=ready]")).ToHaveCountAsync(2, new() { Timeout = 120_000 });
    }

    private static async Task AskAsync(IPage page, string web)
    {
        await page.GotoAsync(web);
        await Expect(page.Locator("textarea")).ToBeEnabledAsync();
        await page.FillAsync("textarea", "How long does the warranty of the Borealis stove last?");
        await page.ClickAsync(".composer-button");
        await Expect(page.Locator(".answer")).ToContainTextAsync("41 months");
        await Expect(page.Locator(".citation").First).ToContainTextAsync("Warranty.pdf");
    }

    private async Task<string> SlugAsync(string email)
    {
        using var api = system.CreateClient(ResourceNames.Api);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = email, ["password"] = ApiCalls.Password });
        using var login = await api.PostAsync(new Uri("api/v1/auth/login", UriKind.Relative), form, Stop);
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await login.JsonAsync()).GetProperty("access_token").GetString());
        return (await api.GetJsonAsync("api/v1/auth/me")).GetProperty("tenant").GetProperty("slug").GetString()!;
    }

    /// <summary>
    /// Only whole days are billed, and today is not over: what was used just now is billed tomorrow. So the same calls are put into the ledger once
    /// more, as if they had been made yesterday at noon: same models, tokens and prices.
    /// </summary>
    private async Task<(DateOnly Day, long Tokens, decimal Cost)> MakeYesterdaysAsync(string slug)
    {
        var settings = RunEnvironment.Read(await System.IO.File.ReadAllLinesAsync(Path.Combine(system.State, "run.env"), Stop));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        await using var source = NpgsqlDataSource.Create(DatabaseConnection.Resolve(configuration, DatabaseRole.Operator));
        await using var copy = source.CreateCommand(
            """
            with copied as (
                insert into usage_events (tenant_id, user_id, request_id, kind, attempt, model_asked, model, tokens_in, tokens_out, token_source, price_version, cost_tomans, began_at, created_at)
                select e.tenant_id, e.user_id, gen_random_uuid(), e.kind, e.attempt, e.model_asked, e.model, e.tokens_in, e.tokens_out, e.token_source, e.price_version, e.cost_tomans, y.noon, y.noon
                from usage_events e
                join tenants t on t.id = e.tenant_id
                cross join lateral (select (date_trunc('day', now() at time zone t.time_zone) - interval '12 hours') at time zone t.time_zone as noon) y
                where t.slug = $1
                returning tokens_in, tokens_out, cost_tomans, began_at)
            select count(*), sum(tokens_in + tokens_out)::bigint, sum(cost_tomans), max(began_at) from copied
            """
        );
        copy.Parameters.Add(new() { Value = slug });
        await using var reader = await copy.ExecuteReaderAsync(Stop);
        await reader.ReadAsync(Stop);
        // The answer, the embedding of its question, and the embeddings of two documents.
        Assert.True(reader.GetInt64(0) >= 4);
        return (BillingPeriod.DayOf(reader.GetFieldValue<DateTimeOffset>(3), TimeZoneInfo.FindSystemTimeZoneById("Asia/Tehran")), reader.GetInt64(1), reader.GetDecimal(2));
    }

    /// <summary>Runs Billing's program beside the system, with nothing in its environment but what every program has.</summary>
    private async Task<string> RunAsync(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory.Replace("DocuChat.Tests", "DocuChat.Billing", StringComparison.Ordinal), "DocuChat.Billing.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { WorkingDirectory = system.Clone, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME" or "DOTNET_ROOT")).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, await output + await errors);
        return await output;
    }

    /// <summary>Waits for an e-mail in the sink; returns its id there.</summary>
    private static async Task<string> MailAsync(HttpClient sink, string to, string subject)
    {
        for (; ; await Task.Delay(TimeSpan.FromMilliseconds(250), Stop))
        {
            var found = (await sink.GetJsonAsync("api/messages?pageSize=100"))
                .GetProperty("results")
                .EnumerateArray()
                .FirstOrDefault(mail => mail.GetProperty("to").GetRawText().Contains(to, StringComparison.OrdinalIgnoreCase) && mail.GetProperty("subject").GetString()!.StartsWith(subject, StringComparison.Ordinal));
            if (found.ValueKind == JsonValueKind.Object)
                return found.GetProperty("id").GetString()!;
        }
    }

    private static FilePayload File(string name, byte[] content) => new() { Name = name, MimeType = "application/octet-stream", Buffer = content };

    [GeneratedRegex(@"invoice (\d+) created, e-mail queued")]
    private static partial Regex InvoiceNumber();
}
