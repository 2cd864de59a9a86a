using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using DocuChat.Api;
using DocuChat.Tests.Infrastructure;
using Npgsql;

namespace DocuChat.Tests.Operations;

/// <summary>
/// The drill of deploy/runbooks/database-recovery.md: a database that is being written to is backed up, and restored into a cluster that knows nothing of it.
/// </summary>
public sealed class RestoreDrillTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("docuchat-backup").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Backup_OfALiveDatabase_RestoredIntoAFreshCluster_IsTheSameAndServes()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiFactory.CreateAsync(models.Settings());
        using var user = await ApiUser.RegisterAsync(api);
        await user.StoreAsync("leave.txt", [.. Enumerable.Range(1, 300).Select(day => $"Employees of department {day} may take {day} days of paid leave a year.")]);
        await user.StoreAsync("مرخصی.txt", "کارکنان هر سال سی روز مرخصی دارند.");
        var cluster = await TestServers.PostgresAsync();
        var source = new NpgsqlConnectionStringBuilder(api.Database.ConnectionString).Database!;
        await using var sourceAdmin = NpgsqlDataSource.Create(cluster.AdminConnectionString(source));

        // Questions are asked all the while, so every second has new rows; the snapshot is what the backup must hold.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var load = LoadAsync(user, enough.Token);
        await using var looking = await sourceAdmin.OpenConnectionAsync(Stop);
        await using var snapshot = await looking.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Stop);
        var id = (string)(await ScalarAsync(looking, "select pg_export_snapshot()"))!;
        var before = await HashesAsync(looking);
        var began = Stopwatch.GetTimestamp();
        var file = await BackUpAsync(cluster.AdminUrl(source), id);
        var backedUp = Stopwatch.GetElapsedTime(began);
        await snapshot.CommitAsync(Stop);
        await enough.CancelAsync();
        var asked = await load;
        Assert.True(asked > 0);

        await using var fresh = await TestCluster.StartAsync(Stop);
        var restoredOwner = await fresh.CreateEmptyDatabaseAsync("restored", Stop);
        began = Stopwatch.GetTimestamp();
        await RunAsync("restore.sh", fresh.AdminUrl("restored"), [file]);
        var restored = Stopwatch.GetElapsedTime(began);

        await using var restoredAdmin = NpgsqlDataSource.Create(fresh.AdminConnectionString("restored"));
        await using var found = await restoredAdmin.OpenConnectionAsync(Stop);
        var after = await HashesAsync(found);
        Assert.Equal(before, after);
        Assert.True(before.Count > 30);
        Assert.Equal(0, await MigrateCommand.RunAsync([$"--ConnectionStrings:docuchat={restoredOwner}", "--Logging:LogLevel:Default=None"], Stop));

        await using var second = await ApiFactory.CreateAsync([.. models.Settings(), ("ConnectionStrings:docuchat", restoredOwner)]);
        using var client = new HttpClient { BaseAddress = new Uri(second.Address, "api/v1/") };
        // Signed in before the loss, and still.
        client.DefaultRequestHeaders.Authorization = user.Client.DefaultRequestHeaders.Authorization;
        using var answer = await client.PostAsJsonAsync("chat", new { message = "How many days of paid leave has department 17?" }, Stop);
        answer.EnsureSuccessStatusCode();
        Assert.Equal(2, (await client.GetFromJsonAsync<JsonElement>("documents", Stop)).GetProperty("items").GetArrayLength());
        var rows = before.Values.Sum(table => table.Rows);
        output.WriteLine(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{before.Count} tables, {rows} rows, {new FileInfo(file).Length / 1024} KiB encrypted; backed up in {backedUp.TotalSeconds:0.0} s while {asked} questions were answered, restored in {restored.TotalSeconds:0.0} s"
            )
        );
    }

    [Fact]
    public async Task Restore_OfADamagedFile_OrWithAWrongPassphrase_WritesNothing()
    {
        var cluster = await TestServers.PostgresAsync();
        await using var database = await TestDatabase.CreateAsync();
        var file = await BackUpAsync(cluster.AdminUrl(new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!), null);
        var name = $"empty_{Guid.CreateVersion7():n}";
        await cluster.CreateEmptyDatabaseAsync(name, Stop);

        await File.WriteAllTextAsync(Passphrase, "another one", Stop);
        Assert.Contains("could not be opened", await FailureAsync("restore.sh", cluster.AdminUrl(name), file), StringComparison.Ordinal);
        var bytes = await File.ReadAllBytesAsync(file, Stop);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Stop);
        Assert.Contains("damaged", await FailureAsync("restore.sh", cluster.AdminUrl(name), file), StringComparison.Ordinal);

        await using var admin = NpgsqlDataSource.Create(cluster.AdminConnectionString(name));
        await using var connection = await admin.OpenConnectionAsync(Stop);
        Assert.Empty(await HashesAsync(connection));
    }

    [Fact]
    public async Task Restore_IntoADatabaseThatIsNotEmpty_IsRefused()
    {
        var cluster = await TestServers.PostgresAsync();
        await using var database = await TestDatabase.CreateAsync();
        var url = cluster.AdminUrl(new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!);

        Assert.Contains("not empty", await FailureAsync("restore.sh", url, await BackUpAsync(url, null)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_OlderThanItsDays_Goes_AndNothingReadableStays()
    {
        var cluster = await TestServers.PostgresAsync();
        await using var database = await TestDatabase.CreateAsync();
        var old = Path.Combine(_folder, "docuchat-20200101T000000Z.tar.gpg");
        await File.WriteAllTextAsync(old, "old", Stop);
        File.SetLastWriteTimeUtc(old, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var file = await BackUpAsync(cluster.AdminUrl(new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!), null);

        Assert.Equal([Path.GetFileName(file), $"{Path.GetFileName(file)}.sha256", "passphrase"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("CREATE ROLE", System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Stop)), StringComparison.Ordinal);
    }

    private string Passphrase => Path.Combine(_folder, "passphrase");

    private static async Task<int> LoadAsync(ApiUser user, CancellationToken enough)
    {
        var asked = 0;
        while (!enough.IsCancellationRequested)
        {
            using var answer = await user.Client.PostAsJsonAsync("chat", new { message = $"How many days of paid leave has department {asked % 300}?" }, Stop);
            answer.EnsureSuccessStatusCode();
            asked++;
        }
        return asked;
    }

    private async Task<string> BackUpAsync(string url, string? snapshot)
    {
        await File.WriteAllTextAsync(Passphrase, RandomNumberGenerator.GetHexString(40), Stop);
        var printed = await RunAsync("backup.sh", url, [_folder], snapshot is null ? null : new Dictionary<string, string> { ["BACKUP_SNAPSHOT"] = snapshot });
        return printed.Trim();
    }

    private async Task<string> RunAsync(string script, string url, string[] arguments, IReadOnlyDictionary<string, string>? more = null)
    {
        var (exitCode, printed, error) = await StartAsync(script, url, arguments, more);
        Assert.True(exitCode == 0, $"{script} ended with {exitCode}: {error}");
        return printed;
    }

    private async Task<string> FailureAsync(string script, string url, string file)
    {
        var (exitCode, _, error) = await StartAsync(script, url, [file], null);
        Assert.NotEqual(0, exitCode);
        return error;
    }

    private async Task<(int ExitCode, string Output, string Error)> StartAsync(string script, string url, string[] arguments, IReadOnlyDictionary<string, string>? more)
    {
        // The client programs of the server that runs here.
        var bin = (await Tool.OutputAsync(Repository.PathTo("eng", "postgres-bin.sh"))).Trim();
        var environment = new Dictionary<string, string>(more ?? new Dictionary<string, string>())
        {
            ["DATABASE_URL"] = url,
            ["BACKUP_PASSPHRASE_FILE"] = Passphrase,
            ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        return await Tool.RunAsync(Repository.PathTo("deploy", "scripts", script), arguments, environment);
    }

    /// <summary>For each table, how many rows it has and a hash over all of them, whatever their order.</summary>
    private static async Task<SortedDictionary<string, (long Rows, string Hash)>> HashesAsync(NpgsqlConnection connection)
    {
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)'", connection))
        await using (var reader = await list.ExecuteReaderAsync(Stop))
        {
            while (await reader.ReadAsync(Stop))
                tables.Add(reader.GetString(0));
        }
        var hashes = new SortedDictionary<string, (long, string)>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            await using var command = new NpgsqlCommand($"select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from {table} t", connection);
            await using var reader = await command.ExecuteReaderAsync(Stop);
            await reader.ReadAsync(Stop);
            hashes[table] = (reader.GetInt64(0), reader.GetString(1));
        }
        return hashes;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string query)
    {
        await using var command = new NpgsqlCommand(query, connection);
        return await command.ExecuteScalarAsync(Stop);
    }
}
