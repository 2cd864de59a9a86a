using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Api.Tenancy;

public sealed class TenantApiTests(ApiFixture factory) : IClassFixture<ApiFixture>
{
    private const string Path = "api/v1/tenant";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_ANewTenant_HasSettingsAndNeitherDiscountNorBudget()
    {
        var (client, registered) = await factory.Api.RegisterAsync(organization: "Tenant Corp");
        var tenant = await client.GetJsonAsync(Path);
        var id = registered.GetProperty("tenant").GetProperty("id").GetString();
        var slug = registered.GetProperty("tenant").GetProperty("slug").GetString();
        Assert.Equal(
            $$"""{"id":"{{id}}","slug":"{{slug}}","name":"Tenant Corp","language":"fa","time_zone":"Asia/Tehran","discount":null,"budget":null,"standing":"good"}""",
            tenant.GetRawText()
        );
    }

    [Fact]
    public async Task Patch_Settings_ChangesWhatIsSentAndLeavesTheRest()
    {
        var (client, registered) = await factory.Api.RegisterAsync();
        var changed = await PatchAsync(client, new { name = "  New name ", language = "en", time_zone = "Europe/Berlin" });
        Assert.Equal(("New name", "en", "Europe/Berlin"), (Text(changed, "name"), Text(changed, "language"), Text(changed, "time_zone")));
        var again = await PatchAsync(client, new { name = "New name" });
        Assert.Equal(("New name", "en", "Europe/Berlin"), (Text(again, "name"), Text(again, "language"), Text(again, "time_zone")));
        // The repeat changed nothing, so it is no event.
        Assert.Equal(["tenant.registered", "tenant.changed"], await AuditAsync(registered));
    }

    [Fact]
    public async Task Patch_Budget_SetsKeepsAndRemovesIt()
    {
        var (client, registered) = await factory.Api.RegisterAsync();
        var set = (await PatchAsync(client, new { budget = new { unit = "tokens", limit = 1_000_000 } })).GetProperty("budget");
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tehran");
        var month = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone);
        var next = new DateTime(month.Year, month.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);
        Assert.Equal(
            $$"""{"unit":"tokens","limit":1000000,"used":0,"reserved":0,"remaining":1000000,"percent":0,"month":"{{month:yyyy-MM}}","resets_at":"{{new DateTimeOffset(next, zone.GetUtcOffset(next)).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}}+00:00","state":"ok"}""",
            set.GetRawText()
        );
        // What is not sent stays, and the same again is nothing new.
        Assert.Equal(1_000_000, (await PatchAsync(client, new { name = "Other" })).GetProperty("budget").GetProperty("limit").GetInt32());
        await PatchAsync(client, new { budget = new { unit = "tokens", limit = 1_000_000 } });
        Assert.Equal("tomans", (await PatchAsync(client, new { budget = new { unit = "tomans", limit = 2500.5m } })).GetProperty("budget").GetProperty("unit").GetString());
        Assert.Equal(JsonValueKind.Null, (await PatchAsync(client, new { budget = (object?)null })).GetProperty("budget").ValueKind);
        Assert.Equal(["tenant.registered", "tenant.budget_set", "tenant.changed", "tenant.budget_set", "tenant.budget_removed"], await AuditAsync(registered));
    }

    [Theory]
    [InlineData("""{"language": "de"}""", "language")]
    [InlineData("""{"time_zone": "Mars/Olympus"}""", "time_zone")]
    [InlineData("""{"time_zone": "Iran Standard Time"}""", "time_zone")]
    [InlineData("""{"name": "   "}""", "name")]
    [InlineData("""{"budget": {"unit": "tokens", "limit": 0}}""", "budget.limit")]
    [InlineData("""{"budget": {"unit": "tokens", "limit": 10.5}}""", "budget.limit")]
    [InlineData("""{"budget": {"unit": "tomans", "limit": 10.55}}""", "budget.limit")]
    [InlineData("""{"budget": {"unit": "tokens", "limit": 10000000000000}}""", "budget.limit")]
    [InlineData("""{"budget": {"unit": "tokens"}}""", "budget.limit")]
    [InlineData("""{"budget": {"limit": 5}}""", "budget.unit")]
    public async Task Patch_SomethingWrong_NamesTheFieldAndChangesNothing(string body, string field)
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var before = (await client.GetJsonAsync(Path)).GetRawText();
        using var response = await client.PatchAsync(Path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Stop);
        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Equal(before, (await client.GetJsonAsync(Path)).GetRawText());
    }

    [Theory]
    [InlineData(MemberRole.Member, HttpStatusCode.Forbidden)]
    [InlineData(MemberRole.Admin, HttpStatusCode.OK)]
    public async Task Patch_IsForOwnersAndAdmins(MemberRole role, HttpStatusCode status)
    {
        var email = ApiCalls.NewEmail();
        var (client, registered) = await factory.Api.RegisterAsync(email);
        await using (var context = factory.Api.Database.Context(TenantId(registered)))
            await context.Memberships.ExecuteUpdateAsync(row => row.SetProperty(membership => membership.Role, role), Stop);
        var tokens = await (await client.LoginAsync(email, ApiCalls.Password)).JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());

        using var response = await client.PatchAsJsonAsync(Path, new { budget = new { unit = "tokens", limit = 5 } }, Stop);
        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.Forbidden)
            await response.AssertProblemAsync(HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Path, Stop)).StatusCode);
    }

    [Fact]
    public async Task Patch_ManyAtOnce_LeaveOneBudget()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(limit => PatchAsync(client, new { budget = new { unit = "tokens", limit } })));
        Assert.Equal(8, answers.Length);
        Assert.InRange((await client.GetJsonAsync(Path)).GetProperty("budget").GetProperty("limit").GetInt32(), 1, 8);
    }

    [Fact]
    public async Task Get_ShowsTheDiscountTheBudgetsMonthAndAnOverdueInvoice()
    {
        // 00:10 of 1 December in Tehran, and still November in UTC.
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 30, 20, 40, 0, TimeSpan.Zero));
        await using var api = await ApiFactory.CreateAsync(services: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)));
        var (client, registered) = await api.RegisterAsync();
        var tenant = TenantId(registered);
        var now = time.GetUtcNow();
        await using (var context = api.Database.Context(null, DatabaseRole.Operator))
        {
            context.TenantDiscounts.AddRange(
                new TenantDiscount { TenantId = tenant, Percent = 50, ValidFrom = now.AddHours(-1), CreatedAt = now },
                new TenantDiscount { TenantId = tenant, Percent = 10, ValidFrom = now.AddDays(-9), CreatedAt = now },
                new TenantDiscount { TenantId = tenant, Percent = 90, ValidFrom = now.AddDays(1), CreatedAt = now }
            );
            // The last quarter of November and the first of December: 1,000 Tomans by the list each.
            foreach (var quarter in (DateTimeOffset[])[now.AddMinutes(-25), now.AddMinutes(-10)])
                context.UsageRollups.Add(new UsageRollup { TenantId = tenant, Quarter = quarter, UserId = Guid.Empty, Kind = CallKind.Chat, Model = "gpt-4o", Calls = 1, TokensIn = 40_000, TokensOut = 10_000, CostTomans = 1_000 });
            await context.SaveChangesAsync(Stop);
        }
        var budget = (await PatchAsync(client, new { budget = new { unit = "tomans", limit = 600 } })).GetProperty("budget");
        Assert.Equal(("2026-12", 500m, 83.3m, "warning"), (Text(budget, "month"), budget.GetProperty("used").GetDecimal(), budget.GetProperty("percent").GetDecimal(), Text(budget, "state")));
        Assert.Equal(new DateTimeOffset(2026, 12, 31, 20, 30, 0, TimeSpan.Zero), budget.GetProperty("resets_at").GetDateTimeOffset());
        budget = (await PatchAsync(client, new { budget = new { unit = "tokens", limit = 50_000 } })).GetProperty("budget");
        Assert.Equal((50_000, 0, "exhausted"), (budget.GetProperty("used").GetInt32(), budget.GetProperty("remaining").GetInt32(), Text(budget, "state")));
        var discount = (await client.GetJsonAsync(Path)).GetProperty("discount");
        Assert.Equal((50, now.AddHours(-1), JsonValueKind.Null), (discount.GetProperty("percent").GetInt32(), discount.GetProperty("from").GetDateTimeOffset(), discount.GetProperty("until").ValueKind));
    }

    private static async Task<JsonElement> PatchAsync(HttpClient client, object change)
    {
        using var response = await client.PatchAsJsonAsync(Path, change, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private async Task<List<string>> AuditAsync(JsonElement registered)
    {
        await using var context = factory.Api.Database.Context(TenantId(registered));
        return await context.AuditEvents.OrderBy(audit => audit.Id).Select(audit => audit.Action).ToListAsync(Stop);
    }

    private static Guid TenantId(JsonElement registered) => registered.GetProperty("tenant").GetProperty("id").GetGuid();

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
