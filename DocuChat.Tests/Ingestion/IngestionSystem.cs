using System.Diagnostics;
using System.Globalization;
using System.Text;
using DocuChat.Core.Documents;
using DocuChat.Core.Tenancy;
using DocuChat.Ingestion.Processing;
using DocuChat.ServiceDefaults;
using DocuChat.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Ingestion;

/// <summary>What a test of the queue needs: a database, an Api's intake, a model server, and workers that it starts, stops and kills.</summary>
public sealed class IngestionSystem : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<Process> _processes = [];
    private ApiFactory _api = null!;

    internal EmbeddingServer Models { get; private set; } = null!;

    public TestDatabase Database => _api.Database;

    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Models = await EmbeddingServer.StartAsync();
        _api = await ApiFactory.CreateAsync();
        _owned.Add(_api);
        _owned.Add(Models);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
        foreach (var owned in Enumerable.Reverse(_owned))
            await owned.DisposeAsync();
    }

    /// <summary>Calls the intake as a request of the tenant's does.</summary>
    public async Task<T> IntakeAsync<T>(Guid tenantId, Func<DocumentIntake, Task<T>> call)
    {
        await using var scope = _api.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantContext>().Use(tenantId);
        return await call(scope.ServiceProvider.GetRequiredService<DocumentIntake>());
    }

    public Task<Document> UploadAsync(Guid tenantId, string name, string text) => UploadAsync(tenantId, name, Encoding.UTF8.GetBytes(text));

    public Task<Document> UploadAsync(Guid tenantId, string name, byte[] content) =>
        IntakeAsync(
            tenantId,
            async intake =>
            {
                var result = await intake.StoreAsync(Guid.CreateVersion7(), name, new MemoryStream(content), Cancellation);
                return Assert.IsType<IntakeResult.Stored>(result).Document;
            }
        );

    public async Task<Document?> FindAsync(Guid tenantId, Guid documentId)
    {
        await using var context = Database.Context(tenantId);
        return await context.Documents.AsNoTracking().SingleOrDefaultAsync(document => document.Id == documentId, Cancellation);
    }

    /// <summary>Waits until the document is as wanted.</summary>
    public async Task<Document> UntilAsync(Document document, Func<Document, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            var found = await FindAsync(document.TenantId, document.Id);
            if (found is not null && wanted(found))
                return found;
            Assert.False(limit.IsCancellationRequested, $"The document stays {found?.Status}: {found?.Error}");
            await Task.Delay(50, Cancellation);
        }
    }

    public Task<Document> UntilAsync(Document document, DocumentStatus status) => UntilAsync(document, found => found.Status == status);

    /// <summary>Starts a worker in this process.</summary>
    public async Task<IHost> StartWorkerAsync(int parallel = 2, double leaseSeconds = 30)
    {
        var worker = Worker(parallel, leaseSeconds);
        _owned.Add(new Stopping(worker));
        await worker.StartAsync(Cancellation);
        return worker;
    }

    /// <summary>A worker's services, without the worker running.</summary>
    public IHost Worker(int parallel = 2, double leaseSeconds = 30)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(Settings(parallel, leaseSeconds));
        builder.AddServiceDefaults();
        builder.AddIngestion();
        return builder.Build();
    }

    /// <summary>Starts a worker in a process of its own, which a test can kill.</summary>
    public Process StartProcess(double leaseSeconds)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DocuChat.Ingestion.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in Settings(parallel: 1, leaseSeconds))
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
        return process;
    }

    private Dictionary<string, string?> Settings(int parallel, double leaseSeconds) =>
        new()
        {
            ["ConnectionStrings:docuchat"] = Database.ConnectionString,
            ["ConnectionStrings:redis"] = _api.Redis.ConnectionString,
            ["OPENAI_BASE_URL"] = Models.BaseUrl,
            ["OPENAI_API_KEY"] = "test",
            ["Models:Embedding:Name"] = "test-embedding",
            ["Models:Embedding:Dimensions"] = EmbeddingServer.Dimensions.ToString(CultureInfo.InvariantCulture),
            ["Models:Embedding:Languages:0"] = "en",
            ["Ingestion:Parallel"] = parallel.ToString(CultureInfo.InvariantCulture),
            ["Ingestion:LeaseSeconds"] = leaseSeconds.ToString(CultureInfo.InvariantCulture),
            ["Ingestion:IdleSeconds"] = "0.2",
            ["Ingestion:BackoffSeconds"] = "0.1",
        };

    private sealed class Stopping(IHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }
    }
}
