using System.Diagnostics;
using System.Globalization;
using System.Net;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using DocuChat.AppHost;
using DocuChat.Tests.Infrastructure;
using Npgsql;

namespace DocuChat.Tests.AppHost;

[Collection(RunningSystem.Collection)]
public sealed class NativeStartTests(RunningSystem system)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => [ResourceNames.Api, ResourceNames.Ingestion, ResourceNames.Billing, ResourceNames.Web, ResourceNames.Sandbox];

    [Fact]
    public void EveryPart_AfterTheStart_IsHealthy()
    {
        var unhealthy = RunningSystem.Parts.Where(part => !(system.Notifications.TryGetCurrentState(part, out var now) && now.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy));

        Assert.Empty(unhealthy);
    }

    [Fact]
    public async Task Migrator_RanBeforeTheServices_AndEndedWithSuccess()
    {
        var migrated = await system.Notifications.WaitForResourceAsync(ResourceNames.Migrate, change => change.Snapshot.ExitCode is not null, Stop);

        Assert.Equal(0, migrated.Snapshot.ExitCode);
        Assert.True(system.Notifications.TryGetCurrentState(ResourceNames.Api, out var api));
        // The system's word for when it began; Aspire's is some tenths of a second off.
        using var program = Process.GetProcessById((int)api.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value!);
        Assert.True(migrated.Snapshot.StopTimeStamp <= program.StartTime.ToUniversalTime());
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Service_AskedForItsHealthAndMetrics_Answers(string service)
    {
        using var client = system.CreateClient(service);

        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), Stop);
        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Contains("target_info", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_OfNativeServers_AreOnLoopbackOnly()
    {
        string[] ours = [.. File.ReadLines(Path.Combine(system.State, "run.env")).Where(line => line.Contains("_PORT=", StringComparison.Ordinal)).Select(line => line.Split('=')[1])];

        var open = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(listener => ours.Contains(listener.Port.ToString(CultureInfo.InvariantCulture)) && !IPAddress.IsLoopback(listener.Address));

        Assert.NotEmpty(ours);
        Assert.Empty(open);
    }

    [Fact]
    public async Task RunFile_OnceHealthy_HoldsTheConnectionsAndOnlyItsOwnerReadsIt()
    {
        var file = Path.Combine(system.State, "run.env");

        // It is written anew a moment after the last part became healthy.
        var text = "";
        for (var tries = 0; tries < 120 && !text.Contains("DOCUCHAT_READY", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(500, Stop);
            text = await File.ReadAllTextAsync(file, Stop);
        }

        Assert.Contains("ConnectionStrings__docuchat='Host=127.0.0.1;", text, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__redis='127.0.0.1:", text, StringComparison.Ordinal);
        Assert.Contains("PROMETHEUS_URL='http://", text, StringComparison.Ordinal);
        Assert.Contains("SMTP_URL='smtp://", text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Services_SignInToTheDatabase_AsRolesThatOwnNothing()
    {
        await using var owner = NpgsqlDataSource.Create((await system.Application.GetConnectionStringAsync(ResourceNames.Database, Stop))!);
        await using var command = owner.CreateCommand("select distinct concat(application_name, ' as ', usename) from pg_stat_activity where application_name like 'DocuChat.%'");
        var sessions = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(Stop))
            while (await reader.ReadAsync(Stop))
                sessions.Add(reader.GetString(0));

        Assert.Contains("DocuChat.Api as docuchat_app", sessions);
        Assert.Contains("DocuChat.Ingestion as docuchat_app", sessions);
        Assert.Contains("DocuChat.Billing as docuchat_operator", sessions);
        Assert.Equal(3, sessions.Count);
    }

    [Fact]
    public async Task Prometheus_ScrapesEveryService()
    {
        using var client = system.CreateClient(ResourceNames.Prometheus);

        // It scrapes at its own pace: a service that came up after its first turn is up at the next.
        var targets = "";
        for (var tries = 0; tries < 120 && UpIn(targets) < 4; tries++)
        {
            await Task.Delay(500, Stop);
            targets = await client.GetStringAsync(new Uri("/api/v1/targets?state=active", UriKind.Relative), Stop);
        }

        Assert.Equal(4, UpIn(targets));
    }

    private static int UpIn(string targets) => targets.Split("\"health\":\"up\"").Length - 1;
}
