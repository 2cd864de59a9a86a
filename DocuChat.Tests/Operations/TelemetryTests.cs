using System.Collections.Concurrent;
using System.Diagnostics;
using DocuChat.Core.Documents;
using DocuChat.Tests.Infrastructure;
using DocuChat.Tests.Ingestion;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Operations;

/// <summary>A line of the log says whose it is and which trace it belongs to, and holds nothing that a user wrote; a trace joins what a question goes through.</summary>
public sealed class TelemetryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_OfAnAnswerThatFails_HasTenantAndTrace_AndNoQuestion()
    {
        await using var models = await ModelServer.StartAsync();
        using var lines = new Lines();
        await using var api = await ApiFactory.CreateAsync(models.Settings(("Models:Retries", "0")), services => services.AddSingleton<ILoggerProvider>(lines));
        using var user = await ApiUser.RegisterAsync(api);
        await user.StoreAsync("leave.txt", "Employees may take thirty days of paid leave a year.");
        models.Expect("gpt-4o", Reply.Error(500));
        models.Expect("gpt-4o-mini", Reply.Error(500));

        var events = await user.StreamAsync(new { message = "How many days of paid leave?", stream = true });

        Assert.Equal("error", events[^1].Event);
        var line = Assert.Single(lines.All, line => line.Text.Contains(events[0].Data.GetProperty("message_id").GetString()!, StringComparison.Ordinal) && line.Level == LogLevel.Warning);
        Assert.Equal(user.Slug, line.Tenant);
        Assert.Equal(events[^1].Data.GetProperty("traceId").GetString(), line.Trace);
        Assert.DoesNotContain(lines.All, other => other.Text.Contains("paid leave", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trace_OfAQuestion_ComesFromItsCaller_AndGoesThroughDatabaseRedisAndModel()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiFactory.CreateAsync(models.Settings());
        using var user = await ApiUser.RegisterAsync(api);
        await user.StoreAsync("leave.txt", "Employees may take thirty days of paid leave a year.");
        var seen = new ConcurrentQueue<string>();
        using var caller = new Activity("caller");
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == caller.TraceId)
                    seen.Enqueue($"{activity.Source.Name} {activity.Kind} {activity.GetTagItem("server.port")}");
            },
        };
        ActivitySource.AddActivityListener(listener);

        caller.Start();
        await user.StreamAsync(new { message = "How many days of paid leave?", stream = true });
        caller.Stop();

        string[] joined = ["Microsoft.AspNetCore Server", "Npgsql Client", "OpenTelemetry.Instrumentation.StackExchangeRedis Client", $"System.Net.Http Client {new Uri(models.Url).Port}"];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        // Redis' calls are gathered, and told of every few seconds.
        while (!joined.All(name => seen.Any(activity => activity.StartsWith(name, StringComparison.Ordinal))))
        {
            Assert.False(patience.IsCancellationRequested, $"only {string.Join(", ", seen.Distinct())}");
            await Task.Delay(100, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Trace_OfADocument_IsOneOfItsOwn_LinkedToItsUpload_AndGoesThroughDatabaseAndModel()
    {
        await using var system = new IngestionSystem();
        await system.InitializeAsync();
        var tenant = await system.Database.AddTenantAsync();
        var seen = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = _ => true, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded, ActivityStopped = seen.Enqueue };
        ActivitySource.AddActivityListener(listener);
        await system.StartWorkerAsync();

        using var upload = new Activity("upload");
        upload.Start();
        var document = await system.UploadAsync(tenant.Id, "leave.txt", "Employees may take thirty days of paid leave a year.");
        upload.Stop();
        await system.UntilAsync(document, DocumentStatus.Ready);

        Activity? processing;
        // It ends a moment after the document is ready.
        while ((processing = seen.SingleOrDefault(activity => activity.OperationName == "ingest document" && Equals(activity.GetTagItem("document.id"), document.Id))) is null)
            await Task.Delay(50, Stop);
        Assert.Equal(upload.TraceId, Assert.Single(processing.Links).Context.TraceId);
        Assert.NotEqual(upload.TraceId, processing.TraceId);
        foreach (var source in (string[])["Npgsql", "System.Net.Http"])
            Assert.Contains(seen, activity => activity.TraceId == processing.TraceId && activity.Source.Name == source);
    }

    private sealed class Lines : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider? _scopes;

        public ConcurrentQueue<(LogLevel Level, string Text, string? Tenant, string? Trace)> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => _scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = new Dictionary<string, object?>();
            _scopes?.ForEachScope((scope, all) =>
            {
                foreach (var (key, value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
                    all[key] = value;
            }, values);
            All.Enqueue((logLevel, $"{formatter(state, exception)} {exception}", values.GetValueOrDefault("tenant")?.ToString(), Activity.Current?.TraceId.ToString()));
        }

        public void Dispose()
        {
        }
    }
}
