using System.Diagnostics.Metrics;
using DocuChat.Core.Models;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace DocuChat.Tests.Core.Retrieval;

public sealed class HybridSearchTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private ModelServer _models = null!;
    private IHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HybridSearch Search => _host.Services.GetRequiredService<HybridSearch>();

    public async ValueTask InitializeAsync()
    {
        _models = await ModelServer.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            _models.Settings(("ConnectionStrings:docuchat", database.ConnectionString), ("Models:Embedding:Languages", "en")).Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2))
        );
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddPersistence(DatabaseRole.App);
        builder.AddModels();
        builder.AddRetrieval();
        _host = builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
        await _models.DisposeAsync();
    }

    [Fact]
    public async Task Search_InALanguageTheModelKnows_AsksItOnceAndGivesTheCallBack()
    {
        var documents = await DocumentsAsync("wings and lift", "boundary layers");

        var request = Guid.CreateVersion7();
        var result = await Search.SearchAsync(new SearchQuery(documents.TenantId, "what lifts a wing", 5, null, request), Stop);

        Assert.Equal("wings and lift", result.Passages[0].Text);
        Assert.Equal((request, CallKind.QuestionEmbedding), (result.EmbeddingCall!.RequestId, result.EmbeddingCall.Kind));
        Assert.Single(_models.EmbeddingRequests);
        Assert.InRange(result.Evidence, 0.01, 1);
        Assert.Equal(result.Passages.OrderByDescending(passage => passage.Score), result.Passages);
    }

    [Fact]
    public async Task Search_InALanguageTheModelDoesNotKnow_AsksNoModel()
    {
        var documents = await DocumentsAsync("پایتخت ایران تهران است", "the capital");

        var result = await Search.SearchAsync(new SearchQuery(documents.TenantId, "پایتخت ایران کجاست؟", 5, null), Stop);

        Assert.Equal("پایتخت ایران تهران است", Assert.Single(result.Passages).Text);
        Assert.Null(result.EmbeddingCall);
        Assert.Empty(_models.EmbeddingRequests);
    }

    [Fact]
    public async Task Search_WhenTheModelIsDown_AnswersByWordsAndCountsIt()
    {
        var documents = await DocumentsAsync("wings and lift", "boundary layers");
        _models.Embeds = false;
        using var degraded = Degraded();

        var result = await Search.SearchAsync(new SearchQuery(documents.TenantId, "lift of the wings", 5, null), Stop);

        Assert.Equal("wings and lift", Assert.Single(result.Passages).Text);
        Assert.Null(result.EmbeddingCall);
        Assert.Equal("vector", Assert.Single(degraded.GetMeasurementSnapshot(), measurement => measurement.Value > 0).Tags["side"]);
    }

    [Fact]
    public async Task Search_WhenTheLexicalIndexIsDamaged_AnswersByMeaningAndCountsIt()
    {
        var documents = await DocumentsAsync("wings and lift", "boundary layers");
        await using (var connection = await database.App.OpenConnectionAsync(Stop))
        await using (var batch = connection.CreateBatch())
        {
            batch.BatchCommands.Add(new("call use_tenant($1)") { Parameters = { new() { Value = documents.TenantId } } });
            batch.BatchCommands.Add(new("update lexical_blocks set data = '\\x8080'"));
            await batch.ExecuteNonQueryAsync(Stop);
        }
        using var degraded = Degraded();

        var result = await Search.SearchAsync(new SearchQuery(documents.TenantId, "lift of the wings", 5, null), Stop);

        Assert.Equal(2, result.Passages.Count);
        Assert.Equal("lexical", Assert.Single(degraded.GetMeasurementSnapshot(), measurement => measurement.Value > 0).Tags["side"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task Search_ForTooFewOrManyPassages_IsRefused(int count) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Search.SearchAsync(new SearchQuery(Guid.CreateVersion7(), "question", count, null), Stop));

    [Theory]
    [InlineData(" ")]
    [InlineData("what is the of")]
    [InlineData("؟")]
    public async Task Search_ForNothing_FindsNothingRelevant(string text)
    {
        var documents = await DocumentsAsync("wings and lift");
        var result = await Search.SearchAsync(new SearchQuery(documents.TenantId, text, 5, [Guid.CreateVersion7()]), Stop);
        Assert.Empty(result.Passages);
        Assert.Equal(0, result.Evidence);
    }

    private MetricCollector<long> Degraded() => new(_host.Services.GetRequiredService<IMeterFactory>(), "DocuChat.Retrieval", "docuchat_search_degraded_total");

    /// <summary>A tenant's one document with these chunks, whose vectors are of the configured model.</summary>
    private async Task<PublishedDocuments> DocumentsAsync(params string[] texts)
    {
        var embeddings = _host.Services.GetRequiredService<EmbeddingClient>();
        var documents = await PublishedDocuments.OfNewTenantAsync(database, await embeddings.ModelAsync(Stop));
        var vectors = await embeddings.EmbedAsync(documents.TenantId, texts, CallKind.IngestionEmbedding, Guid.CreateVersion7(), null, Stop);
        await documents.PublishAsync(await documents.AddAsync(), 1, texts, [.. vectors.Vectors.Select(vector => vector.ToArray())]);
        _models.Forget();
        return documents;
    }
}
