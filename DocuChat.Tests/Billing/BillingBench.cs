using System.Globalization;
using DocuChat.Billing.Commands;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Billing;

/// <summary>A database, a clock that a test sets, and the operators' commands against them. The clock starts at 03:00 of 24 November 2026 in Tehran.</summary>
public sealed class BillingBench : IAsyncDisposable
{
    public const string Secret = "a secret of the tests, at least 32 bytes long";

    private BillingBench(TestDatabase database) => Database = database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public TestDatabase Database { get; }

    public FakeTimeProvider Time { get; } = new(Tehran("2026-11-24 03:00"));

    public Dictionary<string, string?> Settings { get; } = new() { ["JWT_SECRET"] = Secret, ["PUBLIC_URL"] = "https://docuchat.test" };

    public static async Task<BillingBench> CreateAsync(TestDatabase? database = null) => new(database ?? await TestDatabase.CreateAsync());

    /// <summary>A moment by Tehran's clocks of 2026.</summary>
    public static DateTimeOffset Tehran(string text) => DateTimeOffset.ParseExact($"{text} +03:30", "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture).ToUniversalTime();

    /// <summary>Runs a command as an operator would; returns its exit code and what it printed.</summary>
    public async Task<(int ExitCode, string Output)> CommandAsync(params string[] args)
    {
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await BillingCommands.InvokeAsync(args, output, Configure, Stop);
        return (code, output.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>Points a host at this bench.</summary>
    public void Configure(HostApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:docuchat", Database.ConnectionString), new("Logging:LogLevel:Default", "None")]);
        builder.Services.AddSingleton<TimeProvider>(Time);
    }

    public DocuChatDbContext Context() => Database.Context(tenant: null, DatabaseRole.Operator);

    /// <summary>A tenant with an owner, so that e-mails have somebody to go to.</summary>
    public async Task<Tenant> AddTenantAsync(string? slug = null, string language = "fa", string zone = "Asia/Tehran")
    {
        slug ??= $"t-{Guid.CreateVersion7():n}";
        var tenant = new Tenant { Slug = slug, Name = slug, Language = language, TimeZone = zone, CreatedAt = Time.GetUtcNow() };
        var user = new User { FullName = "Owner", Email = $"owner@{slug}.test", UserName = $"owner@{slug}.test", NormalizedEmail = $"OWNER@{slug}.TEST", NormalizedUserName = $"OWNER@{slug}.TEST", CreatedAt = Time.GetUtcNow() };
        await using var context = Context();
        context.AddRange(tenant, user, new Membership { TenantId = tenant.Id, UserId = user.Id, Role = MemberRole.Owner, CreatedAt = Time.GetUtcNow() });
        await context.SaveChangesAsync(Stop);
        return tenant;
    }

    /// <summary>An event as the ledger writes it, at the price list's price of its moment.</summary>
    public static UsageEvent Event(Tenant tenant, DateTimeOffset began, int tokensIn, int tokensOut, string model = "gpt-4o", decimal tomansPerThousand = 20, int priceVersion = 1) =>
        new()
        {
            TenantId = tenant.Id,
            RequestId = Guid.CreateVersion7(),
            Kind = CallKind.Chat,
            Attempt = 1,
            ModelAsked = model,
            Model = model,
            TokensIn = tokensIn,
            TokensOut = tokensOut,
            TokenSource = TokenSource.Provider,
            PriceVersion = priceVersion,
            CostTomans = (tokensIn + tokensOut) * tomansPerThousand / 1000,
            BeganAt = began.ToUniversalTime(),
            CreatedAt = began.ToUniversalTime(),
        };

    public async Task AddAsync(params object[] rows)
    {
        await using var context = Context();
        context.AddRange(rows);
        await context.SaveChangesAsync(Stop);
    }

    public Task AddUsageAsync(Tenant tenant, DateTimeOffset began, int tokens) => AddAsync(Event(tenant, began, tokens, 0));

    public async Task<List<Invoice>> InvoicesAsync(Tenant tenant)
    {
        await using var context = Context();
        return await context.Invoices.AsNoTracking().Where(invoice => invoice.TenantId == tenant.Id).OrderBy(invoice => invoice.Period).ToListAsync(Stop);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
