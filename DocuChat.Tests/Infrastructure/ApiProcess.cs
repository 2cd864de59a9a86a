using System.Diagnostics;

namespace DocuChat.Tests.Infrastructure;

/// <summary>DocuChat.Api as a process of its own, for what only a process can do: die.</summary>
public sealed class ApiProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ApiProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it and returns when it answers.</summary>
    public static async Task<ApiProcess> StartAsync(IEnumerable<(string Key, string Value)> settings, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DocuChat.Api.dll"), "--urls", address.ToString(), "--environment", "Testing", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=None"]);
        start.Environment["JWT_SECRET"] = ApiFactory.Secret;
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        var api = new ApiProcess(Process.Start(start) ?? throw new InvalidOperationException("DocuChat.Api did not start."), address);
        try
        {
            using var client = new HttpClient { BaseAddress = address };
            while (!await AnswersAsync(client, cancellationToken))
            {
                if (api._process.HasExited)
                    throw new InvalidOperationException($"DocuChat.Api ended with exit code {api._process.ExitCode}.");
                await Task.Delay(50, cancellationToken);
            }
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it as a crash would, with no chance to put anything in order.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("alive", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
