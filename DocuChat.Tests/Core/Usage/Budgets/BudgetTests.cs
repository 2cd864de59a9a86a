using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Core.Usage.Budgets;

public sealed class BudgetTests : IClassFixture<TestDatabase>, IDisposable
{
    // 12:00 of 24 November 2026 in UTC, 15:30 in Tehran.
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly TestDatabase _database;
    private readonly PriceList _prices;
    private readonly UsageReservations _reservations;
    private readonly TenantBudgets _budgets;

    public BudgetTests(TestDatabase database)
    {
        _database = database;
        var services = new ServiceCollection();
        services.AddScoped<TenantContext>();
        services.AddScoped(_ => database.Context(null));
        _prices = new PriceList(services.BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), _time);
        _reservations = new UsageReservations(database.App, _prices, _time, NullLogger<UsageReservations>.Instance);
        _budgets = new TenantBudgets(database.App, _time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _prices.Dispose();

    [Fact]
    public async Task Reserve_WithoutABudget_IsAlwaysAllowed()
    {
        var tenant = await _database.AddTenantAsync();
        await _reservations.ReserveAsync(Call(tenant, int.MaxValue / 2, 0), Stop);
        Assert.Null(await _budgets.ReadAsync(tenant.Id, Stop));
    }

    [Fact]
    public async Task Reserve_ManyAtOnce_NeverPassesTheLimitAndRefusesOnlyWhatDoesNotFit()
    {
        var tenant = await TenantAsync(BudgetUnit.Tokens, 1_000);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => IsAllowedAsync(Call(tenant, 90, 10))));
        Assert.Equal(10, outcomes.Count(allowed => allowed));
        var month = await MonthAsync(tenant);
        Assert.Equal((0m, 1_000m, 0m, BudgetState.Ok), (month.Used, month.Reserved, month.Remaining, month.State));
    }

    [Fact]
    public async Task Reserve_WhileAnotherSettles_SeesItsTokensOnce()
    {
        var tenant = await TenantAsync(BudgetUnit.Tokens, 1_000);
        var first = Call(tenant, 900, 0);
        await _reservations.ReserveAsync(first, Stop);
        await using (var context = _database.Context(tenant.Id))
        await using (var transaction = await context.Database.BeginTransactionAsync(Stop))
        {
            await SettleAsync(context, first, tokens: 900);
            // Not committed yet: still reserved.
            Assert.False(await IsAllowedAsync(Call(tenant, 101, 0)));
            await transaction.CommitAsync(Stop);
        }
        Assert.False(await IsAllowedAsync(Call(tenant, 101, 0)));
        Assert.True(await IsAllowedAsync(Call(tenant, 100, 0)));
    }

    [Fact]
    public async Task Reserve_CallThatUsedLess_LeavesTheRest()
    {
        var tenant = await TenantAsync(BudgetUnit.Tokens, 1_000);
        var call = Call(tenant, 100, 800);
        await _reservations.ReserveAsync(call, Stop);
        await using (var context = _database.Context(tenant.Id))
            await SettleAsync(context, call, tokens: 150);
        var month = await MonthAsync(tenant);
        Assert.Equal((150m, 0m, 850m, 15m), (month.Used, month.Reserved, month.Remaining, month.Percent));
    }

    [Fact]
    public async Task Refusal_SaysWhatIsLeftUntilWhenAndWhoCanRaiseIt()
    {
        var tenant = await TenantAsync(BudgetUnit.Tokens, 10_000);
        await UseAsync(tenant, 9_500);
        var refused = await Assert.ThrowsAsync<BudgetException>(() => _reservations.ReserveAsync(Call(tenant, 400, 1_500), Stop));
        Assert.True(refused.IsForGood);
        Assert.Equal(
            "500 of 10,000 tokens are left, and this may take up to 1,900. An owner or admin of your organisation can raise the budget (PATCH /api/v1/tenant); else a new month begins on 1 December 2026, 00:00 (Asia/Tehran).",
            refused.Message
        );
        Assert.Equal(BudgetState.Exhausted, (await MonthAsync(tenant)).State);
        // A smaller call still fits; and the next month is a new one.
        Assert.True(await IsAllowedAsync(Call(tenant, 500, 0)));
        _time.SetUtcNow(new DateTimeOffset(2026, 11, 30, 20, 30, 0, TimeSpan.Zero));
        Assert.Equal((0m, BudgetState.Ok), ((await MonthAsync(tenant)).Used, (await MonthAsync(tenant)).State));
    }

    [Fact]
    public async Task Refusal_BecauseOfCallsUnderWay_IsNotForGood()
    {
        var tenant = await TenantAsync(BudgetUnit.Tokens, 10_000);
        await UseAsync(tenant, 8_500);
        await _reservations.ReserveAsync(Call(tenant, 0, 1_000), Stop);
        var refused = await Assert.ThrowsAsync<BudgetException>(() => _reservations.ReserveAsync(Call(tenant, 0, 1_000), Stop));
        Assert.False(refused.IsForGood);
        Assert.StartsWith("1,500 of 10,000 tokens are left, and this may take up to 1,000. Calls that are under way have 1,000 of that set aside", refused.Message, StringComparison.Ordinal);
        Assert.Equal(BudgetState.Warning, (await MonthAsync(tenant)).State);
    }

    [Fact]
    public async Task Refusal_OfADocument_IsNotTheBudgetsEnd()
    {
        var tenant = await TenantAsync(BudgetUnit.Tokens, 10_000);
        await UseAsync(tenant, 8_500);
        Assert.False(await IsAllowedAsync(Call(tenant, 50_000, 0) with { Kind = CallKind.IngestionEmbedding }));
        Assert.Equal(BudgetState.Warning, (await MonthAsync(tenant)).State);
    }

    [Fact]
    public async Task Tomans_AreCountedAfterTheDiscount()
    {
        var tenant = await TenantAsync(BudgetUnit.Tomans, 100);
        await using (var context = _database.Context(null, DatabaseRole.Operator))
        {
            context.TenantDiscounts.Add(new TenantDiscount { TenantId = tenant.Id, Percent = 25, ValidFrom = _time.GetUtcNow().AddHours(-1), CreatedAt = _time.GetUtcNow() });
            await context.SaveChangesAsync(Stop);
        }
        // 1,000 tokens are 20 Tomans, since an hour 15.
        await UseAsync(tenant, 1_000, _time.GetUtcNow().AddHours(-2));
        await UseAsync(tenant, 1_000);
        await _reservations.ReserveAsync(Call(tenant, 1_000, 1_000), Stop);
        var month = await MonthAsync(tenant);
        Assert.Equal((35m, 30m), (month.Used, month.Reserved));
        Assert.True(await IsAllowedAsync(Call(tenant, 2_333, 0)));
        Assert.False(await IsAllowedAsync(Call(tenant, 1, 0)));
    }

    [Theory]
    // 23:59:59 of 30 November and 00:00 of 1 December in Tehran, 3:30 before UTC's.
    [InlineData("2026-11-30T20:29:59Z", 700, 0)]
    [InlineData("2026-11-30T20:30:00Z", 0, 700)]
    public async Task Call_BelongsToTheMonthInWhichItBegan(string began, int november, int december)
    {
        var tenant = await TenantAsync(BudgetUnit.Tokens, 1_000);
        var call = Call(tenant, 700, 0) with { BeganAt = DateTimeOffset.Parse(began, System.Globalization.CultureInfo.InvariantCulture) };
        await _reservations.ReserveAsync(call, Stop);
        await AssertMonthsAsync(month => month.Reserved);
        await using (var context = _database.Context(tenant.Id))
            await SettleAsync(context, call, tokens: 700);
        await AssertMonthsAsync(month => month.Used);

        async Task AssertMonthsAsync(Func<BudgetMonth, decimal> amount)
        {
            var sums = new List<decimal>();
            foreach (var day in (DateTimeOffset[])[new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero), new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero)])
                sums.Add(amount((await new TenantBudgets(_database.App, new FakeTimeProvider(day)).ReadAsync(tenant.Id, Stop))!));
            Assert.Equal([november, december], sums);
        }
    }

    private async Task<Tenant> TenantAsync(BudgetUnit unit, decimal limit)
    {
        var tenant = await _database.AddTenantAsync();
        await using var context = _database.Context(tenant.Id);
        context.TenantBudgets.Add(new TenantBudget { TenantId = tenant.Id, Unit = unit, MonthlyLimit = limit, ChangedAt = _time.GetUtcNow() });
        await context.SaveChangesAsync(Stop);
        return tenant;
    }

    private async Task UseAsync(Tenant tenant, int tokens, DateTimeOffset? began = null)
    {
        await using var context = _database.Context(tenant.Id);
        await SettleAsync(context, Call(tenant, tokens, 0) with { BeganAt = began ?? _time.GetUtcNow() }, tokens);
    }

    private Task<Charge> SettleAsync(DocuChatDbContext context, PlannedCall call, int tokens) =>
        new UsageLedger(_prices, _time).AddAsync(context, call.TenantId, null, new ModelCall(call.RequestId, call.Kind, call.Attempt, "gpt-4o", "gpt-4o", tokens, 0, TokenSource.Provider, call.BeganAt), Stop);

    private PlannedCall Call(Tenant tenant, int tokensIn, int tokensOut) => new(tenant.Id, null, Guid.CreateVersion7(), CallKind.Chat, 1, ["gpt-4o", "gpt-4o-mini"], tokensIn, tokensOut, _time.GetUtcNow());

    private async Task<bool> IsAllowedAsync(PlannedCall call)
    {
        try
        {
            await _reservations.ReserveAsync(call, Stop);
            return true;
        }
        catch (BudgetException)
        {
            return false;
        }
    }

    private async Task<BudgetMonth> MonthAsync(Tenant tenant) => (await _budgets.ReadAsync(tenant.Id, Stop))!;
}
