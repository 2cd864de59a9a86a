using DocuChat.Core.Documents;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Retrieval.Lexical;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace DocuChat.Tests.Core.Retrieval;

/// <summary>Documents of a tenant, published as ingestion publishes them.</summary>
internal sealed class PublishedDocuments
{
    private readonly TestDatabase _database;

    private PublishedDocuments(TestDatabase database, Guid tenantId, EmbeddingModel model) => (_database, TenantId, Model) = (database, tenantId, model);

    public Guid TenantId { get; }
    public EmbeddingModel Model { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PublishedDocuments> OfNewTenantAsync(TestDatabase database, int dimensions = 8)
    {
        var tenant = await database.AddTenantAsync();
        await using var context = database.Context(tenant.Id);
        var model = new EmbeddingModel { Name = $"model-{tenant.Slug}", Dimensions = dimensions, Languages = ["en"] };
        context.EmbeddingModels.Add(model);
        await context.SaveChangesAsync(Stop);
        return new PublishedDocuments(database, tenant.Id, model);
    }

    public static async Task<PublishedDocuments> OfNewTenantAsync(TestDatabase database, EmbeddingModel model) => new(database, (await database.AddTenantAsync()).Id, model);

    public async Task<Guid> AddAsync(string name = "document.txt")
    {
        await using var context = _database.Context(TenantId);
        var document = new Document
        {
            TenantId = TenantId,
            Name = name,
            ContentType = "text/plain",
            Bytes = 1,
            Sha256 = Guid.CreateVersion7().ToByteArray(),
            UploadedBy = Guid.CreateVersion7(),
        };
        context.Documents.Add(document);
        await context.SaveChangesAsync(Stop);
        return document.Id;
    }

    /// <summary>Publishes a version whose chunks are these texts, with vectors where some are given.</summary>
    public async Task PublishAsync(Guid documentId, int version, IReadOnlyList<string> texts, IReadOnlyList<float[]>? vectors = null, string? title = null)
    {
        await using var connection = await _database.App.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await WriteAsync(connection, transaction, documentId, version, texts, vectors, title);
        await transaction.CommitAsync(Stop);
        await using var context = _database.Context(TenantId);
        await context.Documents.Where(document => document.Id == documentId).ExecuteUpdateAsync(set => set.SetProperty(document => document.Status, DocumentStatus.Ready), Stop);
    }

    public Task WriteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid documentId, int version, IReadOnlyList<string> texts, IReadOnlyList<float[]>? vectors = null, string? title = null) =>
        ChunkWriter.ReplaceAsync(
            connection,
            transaction,
            new ChunkBatch { TenantId = TenantId, DocumentId = documentId, Version = version, ModelId = Model.Id, Title = title },
            [.. texts.Select((text, i) => new NewChunk(i, null, null, 0, text.Length, text, "en", vectors is null ? null : vectors[i]))],
            Stop
        );

    public async Task DeleteAsync(Guid documentId)
    {
        await using var context = _database.Context(TenantId);
        await context.Documents.Where(document => document.Id == documentId).ExecuteDeleteAsync(Stop);
    }

    /// <summary>Texts that are found by their words, best first, with their scores.</summary>
    public async Task<IReadOnlyList<Passage>> FindByWordsAsync(string text, int count = 10, IReadOnlyList<Guid>? documentIds = null)
    {
        var search = new PassageSearch(_database.App);
        var query = new SearchQuery(TenantId, text, count, documentIds);
        using var scores = await search.LexicalAsync(query, Stop);
        return (await search.RankAsync(query, scores, null, Stop)).Passages;
    }

    /// <summary>BM25 of each chunk that shares a term with the question, by the chunk's text.</summary>
    public async Task<Dictionary<string, float>> ScoresByWordsAsync(string text)
    {
        using var scores = await new PassageSearch(_database.App).LexicalAsync(new SearchQuery(TenantId, text, 1, null), Stop);
        await using var context = _database.Context(TenantId);
        var chunks = await context.Chunks.ToDictionaryAsync(chunk => chunk.Id, chunk => chunk.Text, Stop);
        return chunks.Where(chunk => scores.Accumulators[chunk.Key] > 0).ToDictionary(chunk => chunk.Value, chunk => scores.Accumulators[chunk.Key]);
    }

    public async Task<VectorScores> FindByMeaningAsync(float[] question, int count, IReadOnlyList<Guid>? documentIds = null) =>
        await new VectorSearch(_database.App).SearchAsync(TenantId, Model, UnitVector.Of(question), count, [], documentIds, Stop);

    /// <summary>Merges until nothing is left to merge.</summary>
    public async Task<int> MergeAsync()
    {
        var merger = new SegmentMerger(_database.App);
        var merges = 0;
        while (await merger.MergeAsync(TenantId, Stop))
            merges++;
        return merges;
    }

    public async Task<int> SegmentsAsync()
    {
        await using var context = _database.Context(TenantId);
        return await context.LexicalSegments.CountAsync(Stop);
    }
}
