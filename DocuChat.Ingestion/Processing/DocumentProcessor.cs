using System.Diagnostics;
using DocuChat.Core.Documents;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage.Budgets;
using DocuChat.Ingestion.Chunking;
using DocuChat.Ingestion.Extraction;
using DocuChat.Ingestion.Extraction.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DocuChat.Ingestion.Processing;

/// <summary>Takes one held document through its stages, and decides what a failure means: never again, again later, or not ours any more.</summary>
internal sealed class DocumentProcessor(
    ClaimStore claims,
    ExtractionPool extraction,
    ChunkEmbedder embedder,
    Publisher publisher,
    IngestionMetrics metrics,
    IOptions<IngestionOptions> options,
    TimeProvider time,
    ILogger<DocumentProcessor> logger
) : IDisposable
{
    /// <summary>Characters of a text from which its chunks, vectors and postings take more memory than all else that the worker does.</summary>
    private const int LongText = 1_000_000;

    private static readonly ActivitySource _activities = new("DocuChat.Ingestion");

    // Long texts go one after the other, so that what a worker needs does not grow with its lanes. They would only share the same cores.
    private readonly SemaphoreSlim _long = new(1);

    public void Dispose() => _long.Dispose();

    /// <summary>Processes the document to its end. It throws only what the database's absence causes; then the lease runs out.</summary>
    /// <param name="claim">The held document.</param>
    /// <param name="stopping">The worker stops: the document is given back at once.</param>
    public async Task ProcessAsync(Claim claim, CancellationToken stopping)
    {
        using var activity = StartActivity(claim);
        using var scope = logger.BeginScope(LogScope.Of(claim.TenantSlug));
        if (claim.WasHeld)
            Log.TakenOver(logger, claim.DocumentId, claim.Attempt);
        var clock = new StageClock(time, metrics);
        await using var heartbeat = new Heartbeat(claims, claim, options.Value.Lease, time, logger, stopping);
        try
        {
            // Whoever held it before died of it each time, or never came to the end.
            if (claim.Attempt > options.Value.Attempts)
                throw new ExtractionException($"Processing was begun {options.Value.Attempts} times and never came to an end.");
            await RunAsync(claim, clock, heartbeat.Lost);
        }
        catch (ExtractionException exception)
        {
            await FailAsync(claim, exception.Message, clock, stopping);
        }
        catch (BudgetException exception) when (exception.IsForGood)
        {
            // Trying again would not help until somebody raises the budget, and nobody should wait for a month without knowing.
            await FailAsync(claim, $"{Explain(exception)} Then process the document again; it is kept.", clock, stopping);
        }
        catch (ClaimLostException)
        {
            Lost(claim);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // An attempt that we broke off ourselves does not count.
            await claims.RequeueAsync(claim, TimeSpan.Zero, null, claim.Attempt - 1, CancellationToken.None);
            metrics.Ended(claim.TenantSlug, "again");
        }
        catch (OperationCanceledException) when (heartbeat.Lost.IsCancellationRequested)
        {
            Lost(claim);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            await AgainOrFailAsync(claim, exception, clock, stopping);
        }
    }

    private async Task RunAsync(Claim claim, StageClock clock, CancellationToken cancellationToken)
    {
        var document = await ExtractAsync(claim, cancellationToken);
        clock.End("extracting");
        if (document.Text.Length < LongText)
        {
            await IndexAsync(claim, document, clock, cancellationToken);
            return;
        }
        await _long.WaitAsync(cancellationToken);
        clock.End("waiting");
        ClearHeapAfter(document);
        try
        {
            await IndexAsync(claim, document, clock, cancellationToken);
        }
        finally
        {
            _long.Release();
        }
    }

    private async Task IndexAsync(Claim claim, ExtractedDocument document, StageClock clock, CancellationToken cancellationToken)
    {
        await claims.ShowAsync(claim, new Progress(DocumentStatus.Chunking, 20, clock.Stages), cancellationToken);
        var drafts = Chunker.Chunk(document);
        clock.End("chunking");

        await claims.ShowAsync(claim, new Progress(DocumentStatus.Embedding, 30, clock.Stages), cancellationToken);
        var embedded = await embedder.EmbedAsync(
            claim,
            document.Text,
            drafts,
            done => claims.ShowAsync(claim, new Progress(DocumentStatus.Embedding, 30 + (int)(60 * done), clock.Stages), cancellationToken),
            cancellationToken
        );
        clock.End("embedding");
        ClearHeapAfter(document);

        await publisher.PublishAsync(claim, document, embedded, clock, cancellationToken);
        metrics.Ended(claim.TenantSlug, "ready");
        Log.Published(logger, claim.DocumentId, claim.TenantSlug, drafts.Count, clock.Elapsed.TotalSeconds, claim.Attempt);
    }

    // What a stage of a long text leaves behind is more than the next one needs. The collector would let both lie for a while.
    private static void ClearHeapAfter(ExtractedDocument document)
    {
        if (document.Text.Length >= LongText)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private async Task<ExtractedDocument> ExtractAsync(Claim claim, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            Path.GetTempFileName(),
            FileMode.Create,
            FileAccess.ReadWrite,
            FileShare.Read,
            128 * 1024,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous
        );
        await claims.CopyFileAsync(claim, file, cancellationToken);
        await file.FlushAsync(cancellationToken);
        return await extraction.ExtractAsync(claim.ContentType, file.Name, cancellationToken);
    }

    private async Task AgainOrFailAsync(Claim claim, Exception exception, StageClock clock, CancellationToken cancellationToken)
    {
        if (claim.Attempt >= options.Value.Attempts)
        {
            await FailAsync(claim, $"Processing failed {claim.Attempt} times. {Explain(exception)}", clock, cancellationToken);
            return;
        }
        var delay = options.Value.BackoffAfter(claim.Attempt);
        Log.AttemptFailed(logger, exception, claim.DocumentId, claim.TenantSlug, claim.Attempt, delay);
        await claims.RequeueAsync(claim, delay, Explain(exception), claim.Attempt, cancellationToken);
        metrics.Ended(claim.TenantSlug, "again");
    }

    private async Task FailAsync(Claim claim, string reason, StageClock clock, CancellationToken cancellationToken)
    {
        await claims.FailAsync(claim, reason, clock.Stages, cancellationToken);
        metrics.Ended(claim.TenantSlug, "failed");
        Log.Failed(logger, claim.DocumentId, claim.TenantSlug, reason);
    }

    private void Lost(Claim claim)
    {
        metrics.Ended(claim.TenantSlug, "lost");
        Log.Lost(logger, claim.DocumentId);
    }

    // What a machine says of itself is for the log, not for the person who uploaded the document.
    private static string Explain(Exception exception) =>
        exception switch
        {
            BudgetException => $"{BudgetException.ProblemTitle} {exception.Message}",
            Core.Models.ModelException or HttpRequestException => "The embedding model did not answer.",
            ExtractionProcessException => "The program that reads documents ended before it was done.",
            Npgsql.NpgsqlException => "The database did not answer.",
            _ => "An unexpected error occurred; it is in the worker's log.",
        };

    private static Activity? StartActivity(Claim claim)
    {
        var links = ActivityContext.TryParse(claim.TraceParent, null, out var upload) ? new[] { new ActivityLink(upload) } : null;
        var activity = _activities.StartActivity("ingest document", ActivityKind.Consumer, parentContext: default, links: links);
        activity?.SetTag("document.id", claim.DocumentId).SetTag("tenant", claim.TenantSlug).SetTag("attempt", claim.Attempt);
        return activity;
    }
}
