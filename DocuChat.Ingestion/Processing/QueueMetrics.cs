using System.Diagnostics.Metrics;
using Npgsql;

namespace DocuChat.Ingestion.Processing;

/// <summary>
/// <c>docuchat_ingestion_waiting</c> and <c>docuchat_ingestion_oldest_seconds</c>: the queue of all tenants, read from its table. Every process shows the same, so a query
/// takes the <c>max</c>.
/// </summary>
internal sealed class QueueMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger<QueueMetrics> _logger;
    private Queue? _queue;

    public QueueMetrics(NpgsqlDataSource source, IMeterFactory meters, TimeProvider time, ILogger<QueueMetrics> logger)
    {
        (_source, _time, _logger) = (source, time, logger);
        var meter = meters.Create("DocuChat.Ingestion");
        // Nothing is shown while nothing is known.
        meter.CreateObservableGauge("docuchat_ingestion_waiting", () => Shown(queue => queue.Waiting), description: "Documents that wait for a worker.");
        meter.CreateObservableGauge("docuchat_ingestion_oldest_seconds", () => Shown(queue => queue.OldestSeconds), description: "How long the document that waits longest has waited.");
    }

    /// <summary>Reads the queue.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("select waiting, oldest_seconds from document_queue()");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        _queue = new Queue(reader.GetInt64(0), reader.GetDouble(1));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                // An old figure would say that all is well.
                _queue = null;
                Log.QueueUnread(_logger, failure);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<double>> Shown(Func<Queue, double> value) => _queue is { } queue ? [new Measurement<double>(value(queue))] : [];

    private sealed record Queue(long Waiting, double OldestSeconds);
}
