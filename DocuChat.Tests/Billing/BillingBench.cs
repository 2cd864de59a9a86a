using System.Globalization;
using DocuChat.Billing;
using DocuChat.Billing.Commands;
using DocuChat.Billing.Mail;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Billing;

/// <summary>A database, a clock that a test sets, and the operators' commands against them. The clock starts at 03:00 of 24 November 2026 in Tehran.</summary>
public sealed class BillingBench : IAsyncDisposable
{
    public const string Secret = "a secret of the tests, at least 32 bytes long";

    private int _invoices;

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
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:docuchat", Database.ConnectionString)]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Time);
    }

    /// <summary>The services of the worker, without its loops. The caller disposes it.</summary>
    /// <param name="time">By default this bench's clock; retries wait by it, so what is to be repeated needs the machine's.</param>
    public IHost Host(TimeProvider? time = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        Configure(builder);
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.AddBilling();
        builder.AddUsageLedger();
        builder.Services.AddOptions<SmtpOptions>().Configure(options => options.Url = Settings.GetValueOrDefault("SMTP_URL") is { } url ? new Uri(url) : null);
        return builder.Build();
    }

    /// <summary>An invoice that was issued for a day that this makes up; amounts in Tomans.</summary>
    public async Task<Invoice> AddInvoiceAsync(Tenant tenant, decimal amount = 3_000, InvoiceStatus status = InvoiceStatus.Pending, DateTimeOffset? issued = null)
    {
        var now = issued ?? Time.GetUtcNow();
        var period = BillingPeriod.Of(DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1 - Interlocked.Increment(ref _invoices)), TimeZoneInfo.FindSystemTimeZoneById(tenant.TimeZone));
        var invoice = new Invoice
        {
            TenantId = tenant.Id,
            Period = period.Day,
            PeriodStart = period.Start,
            PeriodEnd = period.End,
            Tokens = (long)(amount * 50),
            Amount = amount,
            Subtotal = amount,
            CarriedIn = 0,
            CarriedOut = 0,
            PriceVersion = 1,
            Discount = 0,
            LedgerFrom = 0,
            LedgerTo = 0,
            EventsSha256 = new byte[32],
            CreatedAt = now,
            Status = status,
            IssuedAt = now,
            DueAt = now.AddDays(14),
        };
        var line = new InvoiceLine { TenantId = tenant.Id, Invoice = invoice, Ordinal = 1, Kind = InvoiceLineKind.Usage, Day = period.Day, Model = "gpt-4o", PriceVersion = 1, Calls = 1, TokensIn = invoice.Tokens, ListAmount = amount, Amount = amount };
        await AddAsync(invoice, line);
        return invoice;
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
