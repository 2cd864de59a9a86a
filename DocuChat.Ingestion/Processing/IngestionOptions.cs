using System.ComponentModel.DataAnnotations;

namespace DocuChat.Ingestion.Processing;

/// <summary>Settings of the worker, under <c>Ingestion</c>.</summary>
internal sealed class IngestionOptions
{
    public const string Section = "Ingestion";

    /// <summary>Documents that are processed at the same time. More than there are cores, because each waits for the model and the disk half of its time.</summary>
    [Range(1, 64)]
    public int Parallel { get; set; } = 6;

    /// <summary>How long a worker that gives no sign of life keeps its document, in seconds. It renews the lease three times as often.</summary>
    [Range(1, 600)]
    public double LeaseSeconds { get; set; } = 30;

    /// <summary>How often it looks for waiting documents although nobody woke it, in seconds: expired leases, due repeats, lost messages.</summary>
    [Range(0.05, 60)]
    public double IdleSeconds { get; set; } = 2;

    /// <summary>Attempts before a document fails.</summary>
    [Range(1, 10)]
    public int Attempts { get; set; } = 3;

    /// <summary>Wait before the second attempt, in seconds; it is four times as long before each further one.</summary>
    [Range(0, 3600)]
    public double BackoffSeconds { get; set; } = 5;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    public TimeSpan Idle => TimeSpan.FromSeconds(IdleSeconds);

    public TimeSpan BackoffAfter(int attempt) => TimeSpan.FromSeconds(BackoffSeconds * Math.Pow(4, attempt - 1));
}
