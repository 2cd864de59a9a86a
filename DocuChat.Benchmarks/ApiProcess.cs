using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DocuChat.Benchmarks;

/// <summary>The Api as it runs: a process of its own, on a port of its own, ended with this object. Its limits are out of the way.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Uri _address;

    private ApiProcess(Process process, Uri address) => (_process, _address) = (process, address);

    /// <summary>Resident memory, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What it has used of processors so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="database">Connection string.</param>
    /// <param name="redis">Connection string.</param>
    /// <param name="models">Address of a model server.</param>
    /// <param name="settings">More of its environment.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<ApiProcess> StartAsync(string database, string redis, string models, IEnumerable<(string Key, string Value)> settings, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DocuChat.Api.dll")]) { RedirectStandardOutput = true };
        foreach (var (key, value) in Environment(database, redis, models, port).Concat(settings))
            start.Environment[key] = value;
        var api = new ApiProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/api/v1/"));
        // Read, so that a full pipe does not stop it.
        api._process.OutputDataReceived += (_, _) => { };
        api._process.BeginOutputReadLine();
        using var client = api.CreateClient();
        while (!await IsReadyAsync(client, cancellationToken))
        {
            if (api._process.HasExited)
                throw new InvalidOperationException($"The Api ended with {api._process.ExitCode}.");
            await Task.Delay(200, cancellationToken);
        }
        return api;
    }

    /// <summary>A client whose addresses are relative to <c>/api/v1/</c>.</summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler { MaxConnectionsPerServer = 2000 }) { BaseAddress = _address, Timeout = TimeSpan.FromMinutes(5) };

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static IEnumerable<(string Key, string Value)> Environment(string database, string redis, string models, int port) =>
        [
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"),
            ("ASPNETCORE_ENVIRONMENT", "Production"),
            ("Logging__LogLevel__Default", "Warning"),
            ("ConnectionStrings__docuchat", database),
            ("ConnectionStrings__redis", redis),
            ("JWT_SECRET", "a secret of the benchmark, long enough"),
            ("OPENAI_BASE_URL", models),
            ("OPENAI_API_KEY", "benchmark"),
            // As one machine runs it (WithFrugalRuntime), but for its late compiling.
            ("DOTNET_gcServer", "0"),
            ("DOTNET_gcConcurrent", "0"),
            ("DOTNET_GCConserveMemory", "5"),
            ("RateLimits__Questions__User__PerMinute", "1000000"),
            ("RateLimits__Questions__User__Burst", "1000000"),
            ("RateLimits__Questions__Tenant__PerMinute", "1000000"),
            ("RateLimits__Questions__Tenant__Burst", "1000000"),
        ];

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
