using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DocuChat.Tests.Core.Usage;

public sealed class UsageLedgerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset _noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(_noon);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_SameCallAgainAndAtOnce_ChargesOnce()
    {
        var tenant = await database.AddTenantAsync();
        var call = Call(Guid.CreateVersion7());
        using var prices = Prices();
        var ledger = new UsageLedger(prices, _time);

        var charges = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var context = database.Context(tenant.Id);
            return await ledger.AddAsync(context, tenant.Id, null, call, Stop);
        }));

        Assert.Single(charges, charge => charge.Added);
        Assert.All(charges, charge => Assert.Equal((1, 24m), (charge.PriceVersion, charge.CostTomans)));
        await using var check = database.Context(tenant.Id);
        Assert.Equal(24m, Assert.Single(await check.UsageEvents.ToListAsync(Stop)).CostTomans);
        var rollup = Assert.Single(await check.UsageRollups.ToListAsync(Stop));
        Assert.Equal((1, 1000, 200, 24m), (rollup.Calls, rollup.TokensIn, rollup.TokensOut, rollup.CostTomans));
    }

    [Fact]
    public async Task Add_DifferentCalls_SumsAreTheLedgersByQuarter()
    {
        var tenant = await database.AddTenantAsync();
        var request = Guid.CreateVersion7();
        using var prices = Prices();
        var ledger = new UsageLedger(prices, _time);
        await using var context = database.Context(tenant.Id);
        await ledger.AddAsync(context, tenant.Id, null, Call(request), Stop);
        await ledger.AddAsync(context, tenant.Id, null, Call(request) with { Attempt = 2, BeganAt = _noon.AddMinutes(14) }, Stop);
        await ledger.AddAsync(context, tenant.Id, null, Call(request) with { Kind = CallKind.QuestionEmbedding, BeganAt = _noon.AddMinutes(15) }, Stop);

        var rollups = await context.UsageRollups.OrderBy(rollup => rollup.Quarter).ToListAsync(Stop);
        Assert.Equal([(_noon, 2L, 48m), (_noon.AddMinutes(15), 1L, 24m)], rollups.Select(rollup => (rollup.Quarter, rollup.Calls, rollup.CostTomans)));
    }

    [Fact]
    public async Task Add_RolledBack_ChargesNothing()
    {
        var tenant = await database.AddTenantAsync();
        using var prices = Prices();
        await using var context = database.Context(tenant.Id);
        await using (await context.Database.BeginTransactionAsync(Stop))
            Assert.True((await new UsageLedger(prices, _time).AddAsync(context, tenant.Id, null, Call(Guid.CreateVersion7()), Stop)).Added);
        Assert.Equal((0, 0), (await context.UsageEvents.CountAsync(Stop), await context.UsageRollups.CountAsync(Stop)));
    }

    [Fact]
    public async Task Reservation_IsSeenUntilItsCallIsInTheLedgerOrReleased()
    {
        var tenant = await database.AddTenantAsync();
        using var prices = Prices();
        var reservations = new UsageReservations(database.App, prices, _time, NullLogger<UsageReservations>.Instance);
        var (charged, failed) = (Call(Guid.CreateVersion7()), Guid.CreateVersion7());
        var reservation = await reservations.ReserveAsync(Planned(tenant.Id, charged.RequestId), Stop);
        await reservations.ReserveAsync(Planned(tenant.Id, failed), Stop);
        _time.Advance(TimeSpan.FromSeconds(5));
        await reservations.HeartbeatAsync(tenant.Id, reservation, "gpt-4o-mini", 90, 12, Stop);

        await using var context = database.Context(tenant.Id);
        var row = await context.UsageReservations.AsNoTracking().SingleAsync(reserved => reserved.Id == reservation, Stop);
        Assert.Equal(("gpt-4o-mini", 90, 12, 3000, 60m, _noon.AddSeconds(5)), (row.Model, row.TokensIn, row.TokensOut, row.TokensReserved, row.CostReserved, row.HeartbeatAt));
        await reservations.ReleaseAsync(tenant.Id, failed, CallKind.Chat, Stop);
        await new UsageLedger(prices, _time).AddAsync(context, tenant.Id, null, charged, Stop);
        Assert.Empty(await context.UsageReservations.ToListAsync(Stop));
    }

    [Fact]
    public void Cost_NamedModel_HasItsOwnPriceAndOthersTheCommonOne()
    {
        var version = new PriceVersion(
            2,
            [Price(null, TokenDirection.In, 20), Price(null, TokenDirection.Out, 20), Price("big", TokenDirection.Out, 60.5m)]
        );
        Assert.Equal(0.02m * 3, version.Cost("small", 1, 2));
        Assert.Equal((20 + 121m) / 1000, version.Cost("big", 1, 2));
    }

    private static Price Price(string? model, TokenDirection direction, decimal tomans) =>
        new() { Version = 2, Model = model, Direction = direction, TomansPerThousandTokens = tomans, ValidFrom = _noon };

    private static PlannedCall Planned(Guid tenant, Guid request) => new(tenant, null, request, CallKind.Chat, 1, ["gpt-4o"], 1000, 2000, _noon);

    private static ModelCall Call(Guid request) => new(request, CallKind.Chat, 1, "gpt-4o", "gpt-4o", 1000, 200, TokenSource.Provider, _noon);

    private PriceList Prices()
    {
        var services = new ServiceCollection();
        services.AddScoped<TenantContext>();
        services.AddScoped(_ => database.Context(null));
        return new PriceList(services.BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), _time);
    }
}
