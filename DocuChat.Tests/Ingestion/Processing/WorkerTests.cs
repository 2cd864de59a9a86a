using System.Diagnostics;
using System.Globalization;
using System.Text;
using DocuChat.Core.Documents;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using Microsoft.EntityFrameworkCore;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace DocuChat.Tests.Ingestion.Processing;

/// <summary>Documents through a whole worker, with faults on the way.</summary>
public sealed class WorkerTests : IAsyncLifetime
{
    private const string English = "Every employee has thirty days of paid leave in each year of work.";
    private const string Persian = "هر کارمند رسمی سالانه سی روز مرخصی با حقوق دارد و می‌تواند آن را نگه دارد.";

    private readonly IngestionSystem _system = new();
    private Tenant _tenant = null!;

    private static CancellationToken Cancellation => IngestionSystem.Cancellation;

    public async ValueTask InitializeAsync()
    {
        await _system.InitializeAsync();
        _tenant = await _system.Database.AddTenantAsync();
    }

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task Document_IsPublishedWithTextChunksVectorsStagesAndItsCharge()
    {
        await _system.StartWorkerAsync();
        var english = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "leave.md", $"# Leave\n\n{English}"), DocumentStatus.Ready);
        var persian = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "fa.txt", Persian), DocumentStatus.Ready);

        Assert.Equal(["extracting", "chunking", "embedding", "publishing"], english.Stages.Select(stage => stage.Name));
        Assert.Equal((100, 1, 1, 1, null), (english.Percent, english.PublishedVersion, english.Chunks, english.Attempts, english.LeaseUntil));
        await using var context = _system.Database.Context(_tenant.Id);
        var text = await context.DocumentTexts.SingleAsync(text => text.DocumentId == english.Id, Cancellation);
        var chunk = await context.Chunks.SingleAsync(chunk => chunk.DocumentId == english.Id, Cancellation);
        Assert.Equal($"Leave\n\n{English}", text.Text);
        Assert.Equal((text.Text[chunk.CharStart..chunk.CharEnd], "Leave", "en"), (chunk.Text, chunk.HeadingPath, chunk.Language));

        // The model knows English only: the Persian chunk has no vector and costs nothing.
        Assert.Equal("fa", (await context.Chunks.SingleAsync(chunk => chunk.DocumentId == persian.Id, Cancellation)).Language);
        Assert.Equal([chunk.Id], await context.ChunkEmbeddings.Select(embedding => embedding.ChunkId).ToListAsync(Cancellation));
        var charge = await context.UsageEvents.SingleAsync(Cancellation);
        Assert.Equal((CallKind.IngestionEmbedding, 10, "test-embedding"), (charge.Kind, charge.TokensIn, charge.Model));
    }

    [Fact]
    public async Task Document_WithAPageWithoutText_IsReadyAndTellsIt()
    {
        await _system.StartWorkerAsync();
        var builder = new PdfDocumentBuilder();
        builder.AddPage(PageSize.A4).AddText(English, 12, new PdfPoint(50, 700), builder.AddStandard14Font(Standard14Font.Helvetica));
        builder.AddPage(PageSize.A4).DrawRectangle(new PdfPoint(50, 50), 100, 100);
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "a.pdf", builder.Build()), DocumentStatus.Ready);
        Assert.Equal(["Page 2 has no text: it is drawn without letters."], document.Notes);
    }

    [Fact]
    public async Task Document_ThatCannotBeRead_FailsAtOnceWithItsReason()
    {
        await _system.StartWorkerAsync();
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "broken.pdf", "%PDF-1.7\nthis is none"), DocumentStatus.Failed);
        Assert.Equal(1, document.Attempts);
        Assert.Contains("PDF", document.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_PastTheBudget_FailsAtOnceWithItsReasonAndCostsNothing()
    {
        await using (var context = _system.Database.Context(_tenant.Id))
        {
            context.TenantBudgets.Add(new TenantBudget { TenantId = _tenant.Id, Unit = BudgetUnit.Tokens, MonthlyLimit = 5, ChangedAt = TimeProvider.System.GetUtcNow() });
            await context.SaveChangesAsync(Cancellation);
        }
        await _system.StartWorkerAsync();
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "leave.txt", English), DocumentStatus.Failed);

        Assert.Equal(1, document.Attempts);
        Assert.StartsWith("The budget of this month does not allow this. 5 of 5 tokens are left, and this may take up to ", document.Error, StringComparison.Ordinal);
        Assert.EndsWith("Then process the document again; it is kept.", document.Error, StringComparison.Ordinal);
        Assert.Empty(_system.Models.Answered);
        // Persian is known to no model here, so it costs nothing and is ready.
        await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "fa.txt", Persian), DocumentStatus.Ready);

        await using var after = _system.Database.Context(_tenant.Id);
        Assert.Equal((0, 0), (await after.UsageEvents.CountAsync(Cancellation), await after.UsageReservations.CountAsync(Cancellation)));
        await after.TenantBudgets.ExecuteUpdateAsync(row => row.SetProperty(budget => budget.MonthlyLimit, 1_000), Cancellation);
        await _system.IntakeAsync(_tenant.Id, intake => intake.ReindexAsync(document.Id, Cancellation));
        await _system.UntilAsync(document, DocumentStatus.Ready);
    }

    [Fact]
    public async Task Document_WhoseModelFailsOnce_IsTriedAgain()
    {
        _system.Models.Failures = 1;
        await _system.StartWorkerAsync(parallel: 1);
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "a.txt", English), DocumentStatus.Ready);
        Assert.Equal((2, null), (document.Attempts, document.Error));
        Assert.Equal(1, await CountAsync("usage_events"));
    }

    [Fact]
    public async Task Document_WhoseModelFailsAlways_FailsAfterThreeAttemptsAndChargesNothing()
    {
        _system.Models.Failures = int.MaxValue;
        await _system.StartWorkerAsync(parallel: 1);
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "a.txt", English), DocumentStatus.Failed);
        Assert.Equal(3, document.Attempts);
        Assert.Contains("The embedding model did not answer", document.Error, StringComparison.Ordinal);
        Assert.Equal((0, 0), (await CountAsync("chunks"), await CountAsync("usage_events")));
    }

    [Fact]
    public async Task Document_CancelledWhileItIsEmbedded_PublishesNothing()
    {
        var release = _system.Models.Hold();
        await _system.StartWorkerAsync(parallel: 1, leaseSeconds: 1);
        var document = await _system.UploadAsync(_tenant.Id, "a.txt", English);
        await _system.Models.Asked;
        await _system.IntakeAsync(_tenant.Id, intake => intake.CancelAsync(document.Id, Cancellation));
        release();
        // The lane is free again: it has left the cancelled one behind.
        await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "b.txt", $"{English} Again."), DocumentStatus.Ready);
        Assert.Equal(DocumentStatus.Cancelled, (await _system.FindAsync(_tenant.Id, document.Id))!.Status);
        Assert.Equal((1, 1), (await CountAsync("chunks"), await CountAsync("usage_events")));
    }

    [Fact]
    public async Task Document_DeletedWhileItIsEmbedded_LeavesNothing()
    {
        var release = _system.Models.Hold();
        await _system.StartWorkerAsync(parallel: 1, leaseSeconds: 1);
        var document = await _system.UploadAsync(_tenant.Id, "a.txt", English);
        await _system.Models.Asked;
        Assert.True(await _system.IntakeAsync(_tenant.Id, intake => intake.DeleteAsync(document.Id, Cancellation)));
        release();
        await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "b.txt", $"{English} Again."), DocumentStatus.Ready);
        Assert.Equal((1, 1, 1), (await CountAsync("documents"), await CountAsync("chunks"), await CountAsync("document_texts")));
    }

    [Fact]
    public async Task Document_WhoseWorkerIsKilled_IsTakenOverOnceAndChargedOnce()
    {
        var release = _system.Models.Hold();
        var doomed = _system.StartProcess(leaseSeconds: 2);
        var document = await _system.UploadAsync(_tenant.Id, "a.txt", English);
        await _system.Models.Asked;
        doomed.Kill();
        await doomed.WaitForExitAsync(Cancellation);
        release();

        await _system.StartWorkerAsync(leaseSeconds: 2);
        var ready = await _system.UntilAsync(document, DocumentStatus.Ready);
        Assert.Equal(2, ready.Attempts);
        Assert.Equal((1, 1, 1, 1), (await CountAsync("chunks"), await CountAsync("chunk_embeddings"), await CountAsync("document_texts"), await CountAsync("usage_events")));
    }

    [Fact]
    public async Task Document_ThatKilledItsWorkerEachTime_FailsInsteadOfGoingRound()
    {
        var document = await _system.UploadAsync(_tenant.Id, "a.txt", English);
        await using (var poison = _system.Database.Operator.CreateCommand("update documents set attempts = 3, status = 'Extracting', lease_until = now() - interval '1 second'"))
            await poison.ExecuteNonQueryAsync(Cancellation);
        await _system.StartWorkerAsync();
        Assert.Contains("never came to an end", (await _system.UntilAsync(document, DocumentStatus.Failed)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_ThatStops_GivesItsDocumentBackWithoutAnAttempt()
    {
        _system.Models.Hold();
        var worker = await _system.StartWorkerAsync(parallel: 1);
        var document = await _system.UploadAsync(_tenant.Id, "a.txt", English);
        await _system.Models.Asked;
        await worker.StopAsync(Cancellation);
        var waiting = (await _system.FindAsync(_tenant.Id, document.Id))!;
        Assert.Equal((DocumentStatus.Queued, 0, null), (waiting.Status, waiting.Attempts, waiting.LeaseUntil));
    }

    [Fact]
    public async Task NewVersion_ReplacesTheOldOneInOneStep()
    {
        await _system.StartWorkerAsync(parallel: 1);
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "a.txt", "The old rule has five words more."), DocumentStatus.Ready);
        var release = _system.Models.Hold();
        var replaced = await _system.IntakeAsync(
            _tenant.Id,
            intake => intake.ReplaceAsync(document.Id, null, new MemoryStream(Encoding.UTF8.GetBytes("The new rule replaces the old one.")), Cancellation)
        );
        Assert.IsType<IntakeResult.Stored>(replaced);
        await _system.Models.Asked;
        Assert.Equal("The old rule has five words more.", Assert.Single(await TextsAsync()));

        release();
        var ready = await _system.UntilAsync(document, found => found is { Status: DocumentStatus.Ready, PublishedVersion: 2 });
        Assert.Equal(2, ready.Version);
        Assert.Equal("The new rule replaces the old one.", Assert.Single(await TextsAsync()));
        Assert.Equal((1, 1, 1), (await CountAsync("document_texts"), await CountAsync("chunk_embeddings"), await CountAsync("document_files")));
    }

    [Fact]
    public async Task NewVersion_EmbedsOnlyTheChunksWhoseTextChanged()
    {
        await _system.StartWorkerAsync(parallel: 1);
        string[] sections = [.. Enumerable.Range(0, 4).Select(i => $"# Rule {i}\n\n{string.Concat(Enumerable.Repeat($"{English} This is of rule {i}. ", 12))}\n\n")];
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "rules.md", string.Concat(sections)), DocumentStatus.Ready);
        var before = await VectorsAsync();
        Assert.Equal(document.Chunks, _system.Models.Answered.Count);
        _system.Models.Answered.Clear();

        // One section changes, and what stands behind it moves.
        sections[2] = sections[2].Replace("thirty", "forty", StringComparison.Ordinal);
        await _system.IntakeAsync(_tenant.Id, intake => intake.ReplaceAsync(document.Id, null, new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(sections))), Cancellation));
        await _system.UntilAsync(document, found => found is { Status: DocumentStatus.Ready, PublishedVersion: 2 });

        Assert.NotEmpty(_system.Models.Answered);
        Assert.All(_system.Models.Answered, asked => Assert.Contains("forty", asked, StringComparison.Ordinal));
        var after = await VectorsAsync();
        Assert.Equal(await CountAsync("chunks"), after.Count);
        foreach (var (same, vector) in after.Where(pair => before.ContainsKey(pair.Key)))
            Assert.Equal(before[same], vector);
        Assert.Contains(after.Keys, before.ContainsKey);
    }

    [Fact]
    public async Task Reindex_WhoseTextIsTheSame_AsksTheModelNothingAndChargesNothing()
    {
        await _system.StartWorkerAsync(parallel: 1);
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "a.txt", English), DocumentStatus.Ready);
        _system.Models.Answered.Clear();
        await _system.IntakeAsync(_tenant.Id, intake => intake.ReindexAsync(document.Id, Cancellation));
        await _system.UntilAsync(document, found => found.Status == DocumentStatus.Ready && found.ReadyAt > document.ReadyAt);
        Assert.Empty(_system.Models.Answered);
        Assert.Equal((1, 1, 1), (await CountAsync("chunks"), await CountAsync("chunk_embeddings"), await CountAsync("usage_events")));
    }

    [Fact]
    public async Task Reindex_AnswersFromTheOldVersionUntilTheNewOneIsPublished()
    {
        await _system.StartWorkerAsync(parallel: 1);
        var document = await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "a.txt", English), DocumentStatus.Ready);
        // Another model's vectors are no use, so all is embedded again.
        await using (var forget = _system.Database.Operator.CreateCommand("delete from chunk_embeddings"))
            await forget.ExecuteNonQueryAsync(Cancellation);
        var release = _system.Models.Hold();
        await _system.IntakeAsync(_tenant.Id, intake => intake.ReindexAsync(document.Id, Cancellation));
        await _system.Models.Asked;
        var during = (await _system.FindAsync(_tenant.Id, document.Id))!;
        Assert.Equal((DocumentStatus.Embedding, 1), (during.Status, during.PublishedVersion));
        Assert.Equal(English, Assert.Single(await TextsAsync()));
        release();
        await _system.UntilAsync(document, DocumentStatus.Ready);
        Assert.Equal((English, 1), (Assert.Single(await TextsAsync()), await CountAsync("chunk_embeddings")));
    }

    [Fact]
    public async Task Document_CancelledOrDeletedWhileItWaits_IsNeverTaken()
    {
        var cancelled = await _system.UploadAsync(_tenant.Id, "a.txt", English);
        var deleted = await _system.UploadAsync(_tenant.Id, "b.txt", $"{English} Two.");
        await _system.IntakeAsync(_tenant.Id, intake => intake.CancelAsync(cancelled.Id, Cancellation));
        await _system.IntakeAsync(_tenant.Id, intake => intake.DeleteAsync(deleted.Id, Cancellation));
        await _system.StartWorkerAsync(parallel: 1);
        await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "c.txt", $"{English} Three."), DocumentStatus.Ready);
        Assert.Equal((DocumentStatus.Cancelled, 0), ((await _system.FindAsync(_tenant.Id, cancelled.Id))!.Status, (await _system.FindAsync(_tenant.Id, cancelled.Id))!.Attempts));
        Assert.Equal((2, 1), (await CountAsync("documents"), await CountAsync("chunks")));
    }

    [Fact]
    public async Task Document_CancelledWhileItIsRead_EndsItsReaderAndFreesTheLane()
    {
        await _system.StartWorkerAsync(parallel: 1, leaseSeconds: 1);
        // A table that takes a reader long: cancelled long before it is done.
        var slow = await _system.UploadAsync(_tenant.Id, "slow.html", "<table>" + string.Concat(Enumerable.Range(0, 150_000).Select(i => $"<tr><td>{i}</td><td>b</td></tr>")) + "</table>");
        await _system.UntilAsync(slow, DocumentStatus.Extracting);
        await _system.IntakeAsync(_tenant.Id, intake => intake.CancelAsync(slow.Id, Cancellation));
        await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "b.txt", English), DocumentStatus.Ready);
        Assert.Equal(DocumentStatus.Cancelled, (await _system.FindAsync(_tenant.Id, slow.Id))!.Status);
        Assert.Equal((1, 1), (await CountAsync("document_texts"), await CountAsync("chunks")));
    }

    [Fact]
    public async Task Document_ThatBringsItsReaderDown_FailsAtOnceAndTheNextOneIsReady()
    {
        await _system.StartWorkerAsync(parallel: 1);
        var bomb = await _system.UploadAsync(_tenant.Id, "deep.html", string.Concat(Enumerable.Repeat("<div>", 5_000)) + English);
        var failed = await _system.UntilAsync(bomb, DocumentStatus.Failed);
        Assert.Equal(1, failed.Attempts);
        Assert.Contains("nested too deeply", failed.Error, StringComparison.Ordinal);
        await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "a.txt", English), DocumentStatus.Ready);
    }

    [Fact]
    public async Task Document_WhoseReaderIsKilledFromOutside_IsReadAgainByTheSameWorker()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A worker's children are read from /proc.");
        var worker = _system.StartProcess(leaseSeconds: 30);
        // Long to read and short when it is read.
        var document = await _system.UploadAsync(_tenant.Id, "a.html", $"<table>{string.Concat(Enumerable.Repeat("<tr><td></td><td></td></tr>", 100_000))}</table><p>{English}</p>");
        await _system.UntilAsync(document, DocumentStatus.Extracting);
        int? reader;
        while ((reader = ReaderOf(worker)) is null)
            Assert.False(worker.HasExited);
        using (var process = Process.GetProcessById(reader.Value))
            process.Kill();

        Assert.Equal(2, (await _system.UntilAsync(document, DocumentStatus.Ready)).Attempts);
        Assert.Equal((English, 1), (Assert.Single(await TextsAsync()), await CountAsync("usage_events")));
        Assert.Equal(1, (await _system.UntilAsync(await _system.UploadAsync(_tenant.Id, "b.txt", $"{English} Two."), DocumentStatus.Ready)).Attempts);
        Assert.False(worker.HasExited);
    }

    /// <summary>The child of a worker that has a spooled file open.</summary>
    private static int? ReaderOf(Process worker)
    {
        try
        {
            return Directory
                .EnumerateDirectories($"/proc/{worker.Id}/task")
                .SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(child => Directory.EnumerateFiles($"/proc/{child}/fd").Any(file => File.ResolveLinkTarget(file, false)?.FullName.StartsWith(Path.GetTempPath(), StringComparison.Ordinal) == true))
                .Select(child => (int?)int.Parse(child, CultureInfo.InvariantCulture))
                .FirstOrDefault();
        }
        catch (IOException)
        {
            // A thread or a file was gone again.
            return null;
        }
    }

    [Fact]
    public async Task ManyDocuments_WithTwoWorkers_AreEachProcessedOnce()
    {
        var documents = new List<Document>();
        for (var i = 0; i < 20; i++)
            documents.Add(await _system.UploadAsync(_tenant.Id, $"{i}.txt", $"{English} Number {i}."));
        await _system.StartWorkerAsync();
        await _system.StartWorkerAsync();
        foreach (var document in documents)
            Assert.Equal(1, (await _system.UntilAsync(document, DocumentStatus.Ready)).Attempts);
        Assert.Equal((20, 20), (await CountAsync("chunks"), await CountAsync("usage_events")));
        Assert.Equal(20, _system.Models.Answered.Distinct().Count());
    }

    private async Task<List<string>> TextsAsync()
    {
        await using var context = _system.Database.Context(_tenant.Id);
        return await context.Chunks.Select(chunk => chunk.Text).ToListAsync(Cancellation);
    }

    private async Task<Dictionary<string, string>> VectorsAsync()
    {
        await using var command = _system.Database.Operator.CreateCommand("select c.text, e.embedding::text from chunks c join chunk_embeddings e on e.chunk_id = c.id");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var vectors = new Dictionary<string, string>();
        while (await reader.ReadAsync(Cancellation))
            vectors[reader.GetString(0)] = reader.GetString(1);
        return vectors;
    }

    private async Task<long> CountAsync(string table)
    {
        await using var count = _system.Database.Operator.CreateCommand($"select count(*) from {table}");
        return (long)(await count.ExecuteScalarAsync(Cancellation))!;
    }
}
