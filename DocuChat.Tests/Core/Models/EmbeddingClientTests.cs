using DocuChat.Core.Models;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DocuChat.Tests.Core.Models;

public sealed class EmbeddingClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Embed_MoreThanABatch_OneCallInOrder()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiFactory.CreateAsync(models.Settings(("Models:Embedding:BatchSize", "2")));
        using var user = await ApiUser.RegisterAsync(api);
        var client = api.Services.GetRequiredService<EmbeddingClient>();
        var request = Guid.CreateVersion7();

        var result = await client.EmbedAsync(user.TenantId, ["a", "bb", "ccc"], CallKind.IngestionEmbedding, request, null, Stop);

        Assert.Equal([2f, 1f, 2f], result.Vectors.Select(vector => vector.Span[0]));
        Assert.All(result.Vectors, vector => Assert.Equal(ModelServer.Dimensions, vector.Length));
        Assert.Equal((request, CallKind.IngestionEmbedding, 21, 0, TokenSource.Provider), (result.Call.RequestId, result.Call.Kind, result.Call.TokensIn, result.Call.TokensOut, result.Call.TokenSource));
        Assert.Equal(2, models.EmbeddingRequests.Count);
        Assert.All(models.EmbeddingRequests, body => Assert.Equal("base64", body.GetProperty("encoding_format").GetString()));
    }

    [Fact]
    public async Task Embed_OtherDimensionsThanConfigured_NamesTheSetting()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiFactory.CreateAsync(models.Settings(("Models:Embedding:Dimensions", "4")));
        using var user = await ApiUser.RegisterAsync(api);
        var failure = await Assert.ThrowsAsync<ModelException>(
            () => api.Services.GetRequiredService<EmbeddingClient>().EmbedAsync(user.TenantId, ["a"], CallKind.QuestionEmbedding, Guid.CreateVersion7(), null, Stop)
        );
        Assert.Contains("Models:Embedding:Dimensions", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_FirstUse_MakesItsRowOnce()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiFactory.CreateAsync(models.Settings(("Models:Embedding:Languages", "en")));
        var client = api.Services.GetRequiredService<EmbeddingClient>();
        var made = await Task.WhenAll(client.ModelAsync(Stop), client.ModelAsync(Stop));
        Assert.Equal(made[0].Id, made[1].Id);
        Assert.Equal(("stand-in-embedding", ModelServer.Dimensions), (made[0].Name, made[0].Dimensions));
        Assert.Equal(["en"], made[0].Languages);
    }
}
