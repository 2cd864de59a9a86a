using CsCheck;
using DocuChat.Billing.Runs;
using DocuChat.Core.Billing;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DocuChat.Tests.Billing;

/// <summary>
/// Whatever happens (random usage at random prices and discounts, rows that come late, runs that are killed at any of their statements, runs at once
/// beside a ledger that is being written, days without a run), the books are right to the last digit.
/// </summary>
public sealed class BooksPropertyTests : IAsyncLifetime
{
    private static readonly string[] Models = ["gpt-4o", "gpt-4o-mini", "text-embedding-3-small"];
    private static readonly string[] Zones = ["Asia/Tehran", "Europe/Berlin", "America/New_York"];

    /// <summary>From then on tokens cost 17.345 Tomans a thousand.</summary>
    private static readonly DateTimeOffset NewPrice = BillingBench.Tehran("2026-11-26 09:17");

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Int[0, 11],
        Gen.Int[0, 1],
        Gen.Int[0, 3 * 24 * 60],
        Gen.Int[0, 40_000],
        Gen.Int[0, 40_000],
        Gen.Int[0, 9_999],
        (kind, tenant, minutes, tokensIn, tokensOut, number) => new Step(kind, tenant, minutes, tokensIn, tokensOut, number)
    );

    private BillingBench _bench = null!;
    private IHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench = await BillingBench.CreateAsync();
        _host = _bench.Host();
        await _bench.AddAsync(
            new Price { Version = 2, Direction = TokenDirection.In, TomansPerThousandTokens = 17.345m, ValidFrom = NewPrice },
            new Price { Version = 2, Direction = TokenDirection.Out, TomansPerThousandTokens = 17.345m, ValidFrom = NewPrice }
        );
        await InstallFaultsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task Books_AfterAnyHistory_AreExact() =>
        await Gen.Select(AnyStep.Array[4, 24], Gen.Int[0, Zones.Length - 1])
            .SampleAsync(
                async (steps, zone) =>
                {
                    Tenant[] tenants = [await _bench.AddTenantAsync(zone: "Asia/Tehran"), await _bench.AddTenantAsync(zone: Zones[zone])];
                    foreach (var step in steps)
                        await TakeAsync(step, tenants[step.Tenant]);

                    await SetFaultAsync(0, kill: false);
                    _bench.Time.Advance(TimeSpan.FromDays(1));
                    Assert.Equal(0, (await RunAsync()).ExitCode);
                    foreach (var tenant in tenants)
                        await AssertBooksAsync(tenant);
                },
                iter: 20,
                threads: 1
            );

    private async Task TakeAsync(Step step, Tenant tenant)
    {
        var now = _bench.Time.GetUtcNow();
        switch (step.Kind)
        {
            case <= 5:
                await _bench.AddAsync(EventOf(step, tenant, now));
                break;
            case 6:
                _bench.Time.Advance(TimeSpan.FromHours(24));
                await RunAsync();
                break;
            case 7 or 8:
                // The number of the statement that the run dies at; half of the times the server ends the connection.
                await SetFaultAsync(1 + step.Number % 30, kill: step.Number % 2 == 0);
                await RunAsync();
                await SetFaultAsync(0, kill: false);
                break;
            case 9:
                var writing = Enumerable.Range(0, 5).Select(i => _bench.AddAsync(EventOf(step with { Minutes = step.Minutes * i / 5 }, tenant, now)));
                await Task.WhenAll([.. Enumerable.Range(0, 3).Select(_ => RunAsync()), .. writing]);
                break;
            case 10:
                await _bench.AddAsync(new TenantDiscount { TenantId = tenant.Id, Percent = step.Number / 100m, ValidFrom = now, ValidUntil = step.Number % 3 == 0 ? null : now.AddMinutes(1 + step.Minutes), CreatedAt = now });
                break;
            default:
                _bench.Time.Advance(TimeSpan.FromDays(3));
                break;
        }
    }

    private static UsageEvent EventOf(Step step, Tenant tenant, DateTimeOffset now)
    {
        // As the database keeps it, to the microsecond.
        var began = now.AddMinutes(-step.Minutes).AddMicroseconds(step.Number % 3 - 1);
        var (version, price) = began < NewPrice ? (1, 20m) : (2, 17.345m);
        return BillingBench.Event(tenant, began, step.TokensIn, step.TokensOut, Models[step.Number % Models.Length], price, version);
    }

    private async Task<RunReport> RunAsync()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        try
        {
            return await scope.ServiceProvider.GetRequiredService<BillingRun>().RunAsync(new RunRequest(), TextWriter.Null, Stop);
        }
        catch (Exception killed) when (killed.GetBaseException() is Npgsql.NpgsqlException)
        {
            return new RunReport(0, 0, 1);
        }
    }

    private async Task AssertBooksAsync(Tenant tenant)
    {
        await using var context = _bench.Context();
        var account = await context.BillingAccounts.SingleOrDefaultAsync(row => row.TenantId == tenant.Id, Stop);
        var events = await context.UsageEvents.Where(row => row.TenantId == tenant.Id).ToListAsync(Stop);
        var discounts = await context.TenantDiscounts.Where(row => row.TenantId == tenant.Id).ToListAsync(Stop);
        var invoices = await _bench.InvoicesAsync(tenant);
        var closed = events.Where(row => row.BeganAt < (account?.ClosedUntil ?? DateTimeOffset.MinValue)).ToList();

        Assert.Equal(closed.Sum(row => row.CostTomans * (100 - DiscountSegments.At((IEnumerable<TenantDiscount>)discounts, row.BeganAt)) / 100), invoices.Sum(invoice => invoice.Amount) + (account?.Carried ?? 0));
        Assert.Equal(closed.Sum(row => (long)row.TokensIn + row.TokensOut), invoices.Sum(invoice => invoice.Tokens));
        Assert.Equal(invoices.Count, invoices.Select(invoice => invoice.Period).Distinct().Count());
        Assert.All(invoices, invoice => Assert.True(invoice.Amount == 0 || invoice.Amount > 100));
        var mails = await context.Notifications.CountAsync(row => row.TenantId == tenant.Id, Stop);
        Assert.Equal(invoices.Count(invoice => invoice.Status == InvoiceStatus.Pending), mails);
        // Whatever is open is of days that are not over.
        Assert.All(events.Except(closed), row => Assert.True(row.BeganAt >= _bench.Time.GetUtcNow().AddDays(-2)));
    }

    // A run's own statements count themselves, outside of every transaction; one of them is its last.
    private async Task InstallFaultsAsync()
    {
        await using var install = _bench.Database.Owner.CreateCommand(
            """
            create sequence statements;
            create table fault (at bigint not null, kill boolean not null);
            insert into fault values (0, false);
            create function die() returns trigger language plpgsql security definer as $$
            declare
                at bigint; kill boolean;
            begin
                select f.at, f.kill into at, kill from fault f;
                if at > 0 and nextval('statements') = at then
                    if kill then
                        perform pg_terminate_backend(pg_backend_pid());
                        perform pg_sleep(1);
                    end if;
                    raise exception 'killed';
                end if;
                return null;
            end $$;
            create trigger die after insert or update on billing_accounts for each row execute function die();
            create trigger die after insert on tenant_invoice for each row execute function die();
            create trigger die after insert on invoice_line for each row execute function die();
            create trigger die after insert on notifications for each row execute function die();
            create trigger die after insert or update on billing_runs for each row execute function die();
            create constraint trigger die_at_commit after insert on tenant_invoice deferrable initially deferred for each row execute function die();
            """
        );
        await install.ExecuteNonQueryAsync(Stop);
    }

    private async Task SetFaultAsync(int at, bool kill)
    {
        await using var set = _bench.Database.Owner.CreateCommand($"update fault set at = {at}, kill = {kill}; select setval('statements', 1, false)");
        await set.ExecuteNonQueryAsync(Stop);
    }

    private sealed record Step(int Kind, int Tenant, int Minutes, int TokensIn, int TokensOut, int Number);
}
