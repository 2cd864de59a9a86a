using System.Diagnostics;
using System.Globalization;
using DocuChat.Billing;
using DocuChat.Billing.Runs;
using DocuChat.Core.Persistence;
using DocuChat.Core.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DocuChat.Benchmarks.Billing;

/// <summary>
/// A billing run over one day of many tenants, and the usage report at that size. <c>billing [tenants] [events]</c>, by default 10,000 tenants and 10
/// million events. The time and the memory are the run's own process; the database is the server's.
/// </summary>
internal static class BillingBenchmark
{
    private const string Day = "2026-11-23";
    private const int Reports = 2_000;
    private const string ApiKeyPrefix = "dck_benchmark_";

    /// <summary>Makes the ledger, bills it twice, asks for reports, and prints what it took.</summary>
    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        var tenants = arguments.Names.Count > 0 ? int.Parse(arguments.Names[0], CultureInfo.InvariantCulture) : 10_000;
        var events = arguments.Names.Count > 1 ? int.Parse(arguments.Names[1], CultureInfo.InvariantCulture) : 10_000_000;
        await using var database = await BenchmarkDatabase.CreateAsync(arguments.Database, cancellationToken);
        await TimedAsync($"making {events:#,0} events of {tenants:#,0} tenants (SQL)", () => SeedAsync(database.Owner, tenants, events / tenants, cancellationToken));

        using var host = HostOf(database.ConnectionString);
        Report(await TimedAsync("billing run", () => BillAsync(host, cancellationToken)));
        Console.WriteLine(FormattableString.Invariant($"  peak working set of the process {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB, managed heap {GC.GetTotalMemory(false) / 1e6:0} MB"));
        Report(await TimedAsync("the same run again (nothing to do)", () => BillAsync(host, cancellationToken)));
        await CheckAsync(database.Owner, cancellationToken);
        await ReportsAsync(database, cancellationToken);
        await ReportsOverHttpAsync(database, arguments.Redis, tenants, cancellationToken);
        return 0;
    }

    private static IHost HostOf(string connectionString)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:docuchat"] = connectionString;
        builder.Configuration["JWT_SECRET"] = "a secret of the benchmark, long enough";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddBilling();
        return builder.Build();
    }

    private static async Task<RunReport> BillAsync(IHost host, CancellationToken cancellationToken)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<BillingRun>().RunAsync(new RunRequest(DateOnly.Parse(Day, CultureInfo.InvariantCulture)), TextWriter.Null, cancellationToken);
    }

    // Without triggers and indexes, which are put back: the making is not what is measured.
    private static async Task SeedAsync(NpgsqlDataSource owner, int tenants, int perTenant, CancellationToken cancellationToken)
    {
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        foreach (var statement in Statements(tenants, perTenant))
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static IEnumerable<string> Statements(int tenants, int perTenant) =>
        [
            "set session_replication_role = replica",
            FormattableString.Invariant(
                $"insert into tenants (id, slug, name, language, time_zone, shard, created_at) select md5('t' || n)::uuid, 'tenant-' || n, 'Tenant ' || n, 'fa', 'Asia/Tehran', n % 16, now() from generate_series(1, {tenants}) n"
            ),
            FormattableString.Invariant(
                $"""
                insert into users (id, full_name, created_at, user_name, normalized_user_name, email, normalized_email, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
                select md5('u' || n)::uuid, 'Owner', now(), 'u' || n, 'U' || n, 'owner' || n || '@example.com', 'OWNER' || n || '@EXAMPLE.COM', true, false, false, false, 0 from generate_series(1, {tenants}) n
                """
            ),
            FormattableString.Invariant($"insert into memberships (tenant_id, user_id, role, created_at) select md5('t' || n)::uuid, md5('u' || n)::uuid, 'Owner', now() from generate_series(1, {tenants}) n"),
            "drop index ix_usage_events_tenant_id_began_at, ix_usage_events_tenant_id_id, ix_usage_events_tenant_id_request_id_kind_attempt",
            // As they came: by time, each tenant's among the others'.
            FormattableString.Invariant(
                $"""
                insert into usage_events (tenant_id, user_id, request_id, kind, attempt, model_asked, model, tokens_in, tokens_out, token_source, price_version, cost_tomans, began_at, created_at)
                select md5('t' || n)::uuid, md5('u' || n)::uuid, gen_random_uuid(), case when i % 2 = 0 then 'Chat' else 'QuestionEmbedding' end, 1,
                       'gpt-4o', case when i % 10 = 0 then 'gpt-4o-mini' else 'gpt-4o' end, 500 + i % 1000, 100 + n % 200, 'Provider', 1, (600 + i % 1000 + n % 200) * 0.02,
                       '2026-11-22 20:30Z'::timestamptz + make_interval(secs => i * 86399.0 / {perTenant}), now()
                from generate_series(0, {perTenant - 1}) i cross join generate_series(1, {tenants}) n
                """
            ),
            "create index ix_usage_events_tenant_id_began_at on usage_events (tenant_id, began_at)",
            "create index ix_usage_events_tenant_id_id on usage_events (tenant_id, id)",
            "create unique index ix_usage_events_tenant_id_request_id_kind_attempt on usage_events (tenant_id, request_id, kind, attempt)",
            """
            insert into usage_rollups (tenant_id, quarter, user_id, kind, model, calls, tokens_in, tokens_out, cost_tomans)
            select tenant_id, date_bin('15 minutes', began_at, 'epoch'), user_id, kind, model, count(*), sum(tokens_in), sum(tokens_out), sum(cost_tomans) from usage_events group by 1, 2, 3, 4, 5
            """,
            "set session_replication_role = default",
            "analyze",
        ];

    // The books of the whole: what the ledger holds is what was billed and carried.
    private static async Task CheckAsync(NpgsqlDataSource owner, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(
            "select (select sum(cost_tomans) from usage_events) - (select sum(amount) from tenant_invoice) - (select sum(carried) from billing_accounts), (select count(*) from tenant_invoice), (select count(*) from notifications)"
        );
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        Console.WriteLine(FormattableString.Invariant($"  ledger - invoiced - carried = {reader.GetDecimal(0):0.##########} Tomans, {reader.GetInt64(1):#,0} invoices, {reader.GetInt64(2):#,0} e-mails queued"));
    }

    private static async Task ReportsAsync(BenchmarkDatabase database, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        await using (var command = database.Owner.CreateCommand("select id from tenants"))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                ids.Add(reader.GetGuid(0));
        }
        var reports = new UsageReports(database.Services, TimeProvider.System);
        var random = new Random(1);
        var taken = new List<double>();
        for (var i = 0; i < Reports; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await reports.ReadAsync(ids[random.Next(ids.Count)], UsagePeriod.Month, cancellationToken);
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        Print("usage report of a month", taken);
    }

    /// <summary>The same question as a client asks it: the Api as a process of its own, an API key looked up each time, one client.</summary>
    private static async Task ReportsOverHttpAsync(BenchmarkDatabase database, string redis, int tenants, CancellationToken cancellationToken)
    {
        await using (var keys = database.Owner.CreateCommand(
            $"insert into api_keys (id, tenant_id, user_id, name, prefix, key_hash, created_at) select gen_random_uuid(), md5('t' || n)::uuid, md5('u' || n)::uuid, 'benchmark', 'dck_', sha256(convert_to('{ApiKeyPrefix}' || n, 'UTF8')), now() from generate_series(1, $1) n"
        ))
        {
            keys.Parameters.Add(new() { Value = tenants });
            await keys.ExecuteNonQueryAsync(cancellationToken);
        }
        await using var api = await ApiProcess.StartAsync(database.ConnectionString, redis, "http://127.0.0.1:9/v1", [], cancellationToken);
        using var client = api.CreateClient();
        var random = new Random(1);
        var taken = new List<double>();
        for (var i = 0; i < Reports; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "usage?period=month");
            request.Headers.Authorization = new("Bearer", string.Create(CultureInfo.InvariantCulture, $"{ApiKeyPrefix}{1 + random.Next(tenants)}"));
            var began = Stopwatch.GetTimestamp();
            using var response = await client.SendAsync(request, cancellationToken);
            await response.Content.ReadAsByteArrayAsync(cancellationToken);
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            response.EnsureSuccessStatusCode();
        }
        Print("GET /usage?period=month over HTTP", taken);
    }

    private static void Print(string what, List<double> taken)
    {
        taken.Sort();
        Console.WriteLine(FormattableString.Invariant($"{what}, {Reports:#,0} of random tenants: p50 {taken[Reports / 2]:0.0} ms, p95 {taken[Reports * 95 / 100]:0.0} ms, p99 {taken[Reports * 99 / 100]:0.0} ms"));
    }

    private static void Report(RunReport report) => Console.WriteLine(FormattableString.Invariant($"  {report.Invoices:#,0} invoices, {report.Total:#,0.0} Tomans, {report.Failed} failed"));

    private static async Task<T> TimedAsync<T>(string what, Func<Task<T>> act)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await act();
        Console.WriteLine(FormattableString.Invariant($"{what}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
        return result;
    }

    private static Task<int> TimedAsync(FormattableString what, Func<Task> act) =>
        TimedAsync(
            FormattableString.Invariant(what),
            async () =>
            {
                await act();
                return 0;
            }
        );
}
