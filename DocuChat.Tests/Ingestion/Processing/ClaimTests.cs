using DocuChat.Core.Documents;
using DocuChat.Ingestion.Processing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DocuChat.Tests.Ingestion.Processing;

/// <summary>The queue's rules, asked of the table itself, with no worker running.</summary>
public sealed class ClaimTests(IngestionSystem system) : IClassFixture<IngestionSystem>, IAsyncLifetime
{
    private static CancellationToken Cancellation => IngestionSystem.Cancellation;

    // Tests of the class share the queue: each begins with an empty one.
    public async ValueTask InitializeAsync()
    {
        await using var clear = system.Database.Operator.CreateCommand("delete from documents");
        await clear.ExecuteNonQueryAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Take_OneTenantWithManyAndOneWithOne_TakesTurns()
    {
        var (large, small) = (await system.Database.AddTenantAsync(), await system.Database.AddTenantAsync());
        var documents = new List<Document>();
        for (var i = 0; i < 5; i++)
            documents.Add(await system.UploadAsync(large.Id, $"{i}.txt", $"number {i}"));
        var one = await system.UploadAsync(small.Id, "one.txt", "the only one");

        using var worker = system.Worker();
        var claims = worker.Services.GetRequiredService<ClaimStore>();
        var first = await claims.TakeAsync(Cancellation);
        var second = await claims.TakeAsync(Cancellation);
        var third = await claims.TakeAsync(Cancellation);

        Assert.Equivalent(new[] { large.Id, small.Id }, new[] { first!.TenantId, second!.TenantId });
        Assert.Contains(one.Id, new[] { first.DocumentId, second.DocumentId });
        // A tenant's own documents keep their order.
        Assert.Equal(documents[1].Id, third!.DocumentId);
    }

    [Fact]
    public async Task Queue_OfAllTenants_IsCountedUntilItIsTaken()
    {
        await system.UploadAsync((await system.Database.AddTenantAsync()).Id, "a.txt", "one");
        await system.UploadAsync((await system.Database.AddTenantAsync()).Id, "b.txt", "another");
        using var worker = system.Worker();
        var metrics = ActivatorUtilities.CreateInstance<QueueMetrics>(worker.Services);
        var meters = worker.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        using var waiting = new Microsoft.Extensions.Diagnostics.Metrics.Testing.MetricCollector<double>(meters, "DocuChat.Ingestion", "docuchat_ingestion_waiting");

        waiting.RecordObservableInstruments();
        Assert.Empty(waiting.GetMeasurementSnapshot());
        await metrics.ReadAsync(Cancellation);
        waiting.RecordObservableInstruments();
        Assert.Equal(2, waiting.LastMeasurement!.Value);
        await worker.Services.GetRequiredService<ClaimStore>().TakeAsync(Cancellation);
        await metrics.ReadAsync(Cancellation);
        waiting.RecordObservableInstruments();
        Assert.Equal(1, waiting.LastMeasurement!.Value);
    }

    [Fact]
    public async Task Take_FiveHundredOfOneTenantAndOneOfAnother_TakesTheOneFirstOrSecond()
    {
        var (large, small) = (await system.Database.AddTenantAsync(), await system.Database.AddTenantAsync());
        await system.UploadAsync(large.Id, "first.txt", "the first");
        await using (var many = system.Database.Operator.CreateCommand(
            """
            insert into documents (id, tenant_id, name, content_type, bytes, sha256, status, percent, attempts, version, chunks, stages, uploaded_by, created_at, queued_at, fencing_token)
            select gen_random_uuid(), tenant_id, name, content_type, bytes, sha256(i::text::bytea), status, 0, 0, 1, 0, '[]', uploaded_by, created_at, queued_at - i * interval '1 second', 0
            from documents, generate_series(1, 499) i
            """))
            Assert.Equal(499, await many.ExecuteNonQueryAsync(Cancellation));
        var one = await system.UploadAsync(small.Id, "one.txt", "the only one");

        using var worker = system.Worker();
        var claims = worker.Services.GetRequiredService<ClaimStore>();
        var taken = new[] { await claims.TakeAsync(Cancellation), await claims.TakeAsync(Cancellation) };
        Assert.Contains(one.Id, taken.Select(claim => claim!.DocumentId));
        // The next one of theirs waits for one document, not for those that are left.
        var next = await system.UploadAsync(small.Id, "two.txt", "another one");
        Assert.Contains(next.Id, new[] { await claims.TakeAsync(Cancellation), await claims.TakeAsync(Cancellation) }.Select(claim => claim!.DocumentId));
    }

    [Fact]
    public void Lease_AsItShips_LetsADeadWorkersDocumentBeTakenOverWithinAMinute()
    {
        var options = new IngestionOptions();
        Assert.True(options.Lease + options.Idle < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Take_ManyAtOnce_GivesEachDocumentOnce()
    {
        var tenants = new[] { await system.Database.AddTenantAsync(), await system.Database.AddTenantAsync() };
        var uploaded = new HashSet<Guid>();
        for (var i = 0; i < 12; i++)
            uploaded.Add((await system.UploadAsync(tenants[i % 2].Id, $"{i}.txt", $"number {i}")).Id);

        using var worker = system.Worker();
        var claims = worker.Services.GetRequiredService<ClaimStore>();
        var taken = new List<Guid>();
        while (taken.Count < 12)
        {
            var round = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => claims.TakeAsync(Cancellation)));
            taken.AddRange(round.OfType<Claim>().Select(claim => claim.DocumentId));
            Assert.Equal(taken.Count, taken.Distinct().Count());
        }
        Assert.Equal(uploaded, taken.ToHashSet());
        Assert.Null(await claims.TakeAsync(Cancellation));
    }

    [Fact]
    public async Task Take_ALeaseThatRanOut_IsTakenOverAndTheOldHolderIsFencedOff()
    {
        var tenant = await system.Database.AddTenantAsync();
        var document = await system.UploadAsync(tenant.Id, "a.txt", "text");
        using var worker = system.Worker();
        var claims = worker.Services.GetRequiredService<ClaimStore>();
        var dead = (await claims.TakeAsync(Cancellation))!;
        Assert.Null(await claims.TakeAsync(Cancellation));

        await ExpireAsync(document.Id);
        var living = (await claims.TakeAsync(Cancellation))!;

        Assert.Equal((document.Id, true, 2), (living.DocumentId, living.WasHeld, living.Attempt));
        Assert.False(await claims.RenewAsync(dead, Cancellation));
        await Assert.ThrowsAsync<ClaimLostException>(() => claims.ShowAsync(dead, new Progress(DocumentStatus.Embedding, 50, []), Cancellation));
        await claims.FailAsync(dead, "too late", [], Cancellation);
        Assert.True(await claims.RenewAsync(living, Cancellation));
        Assert.Equal(DocumentStatus.Extracting, (await system.FindAsync(tenant.Id, document.Id))!.Status);
    }

    [Fact]
    public async Task Take_ADocumentThatIsTriedLater_WaitsUntilItIsDue()
    {
        var tenant = await system.Database.AddTenantAsync();
        await system.UploadAsync(tenant.Id, "a.txt", "text");
        using var worker = system.Worker();
        var claims = worker.Services.GetRequiredService<ClaimStore>();
        var claim = (await claims.TakeAsync(Cancellation))!;
        await claims.RequeueAsync(claim, TimeSpan.FromHours(1), "later", claim.Attempt, Cancellation);
        Assert.Null(await claims.TakeAsync(Cancellation));
        var waiting = await system.FindAsync(tenant.Id, claim.DocumentId);
        Assert.Equal((DocumentStatus.Queued, "later", 1), (waiting!.Status, waiting.Error, waiting.Attempts));
    }

    [Fact]
    public async Task Change_OfACancelledDocument_HasNoEffect()
    {
        var tenant = await system.Database.AddTenantAsync();
        var document = await system.UploadAsync(tenant.Id, "a.txt", "text");
        using var worker = system.Worker();
        var claims = worker.Services.GetRequiredService<ClaimStore>();
        var claim = (await claims.TakeAsync(Cancellation))!;
        await system.IntakeAsync(tenant.Id, intake => intake.CancelAsync(document.Id, Cancellation));
        Assert.False(await claims.RenewAsync(claim, Cancellation));
        Assert.Null(await claims.TakeAsync(Cancellation));
        Assert.Equal(DocumentStatus.Cancelled, (await system.FindAsync(tenant.Id, document.Id))!.Status);
    }

    private async Task ExpireAsync(Guid documentId)
    {
        await using var command = system.Database.Operator.CreateCommand("update documents set lease_until = now() - interval '1 second' where id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = documentId });
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
