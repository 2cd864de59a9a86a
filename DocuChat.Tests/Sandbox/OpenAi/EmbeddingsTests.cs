using System.ClientModel;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Embeddings;

namespace DocuChat.Tests.Sandbox.OpenAi;

public sealed class EmbeddingsTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Model = "all-MiniLM-L6-v2";

    [Fact]
    public async Task Create_SentencesOfLikeMeaning_LieNearerThanOthers()
    {
        var vectors = await FloatsAsync("How can I get my money back?", "Refunds are paid within ten days.", "The volcano erupted in 1883.", "When did the mountain spit fire?");

        Assert.True(Dot(vectors[0], vectors[1]) > Dot(vectors[0], vectors[2]));
        Assert.True(Dot(vectors[3], vectors[2]) > Dot(vectors[3], vectors[1]));
    }

    [Fact]
    public async Task Create_TextAmongLongerOnes_HasTheVectorThatItHasAlone()
    {
        var texts = Enumerable.Range(1, 20).Select(length => string.Join(' ', Enumerable.Repeat("leave of employees", length))).ToArray();
        var together = await FloatsAsync(texts);

        for (var i = 0; i < texts.Length; i += 5)
        {
            var alone = (await FloatsAsync(texts[i]))[0];
            Assert.Equal(384, alone.Length);
            Assert.Equal(1, Dot(alone, alone), 4);
            Assert.Equal(1, Dot(alone, together[i]), 4);
        }
    }

    [Fact]
    public async Task Create_ManyAtOnce_AreWhatTheyAreOneByOne()
    {
        var texts = Enumerable.Range(0, 24).Select(i => $"Room {i} holds {i * 7} chairs and the letter {(char)('a' + i)}.").ToArray();
        var atOnce = await Task.WhenAll(texts.Select(text => FloatsAsync(text)));
        var inOne = await FloatsAsync(texts);

        Assert.All(texts.Index(), text => Assert.Equal(1, Dot(atOnce[text.Index][0], inOne[text.Index]), 4));
    }

    [Fact]
    public async Task Create_Base64_HoldsTheSameFloats()
    {
        var floats = (await FloatsAsync("a contract"))[0];
        var (_, body) = await sandbox.PostAsync("/v1/embeddings", new { model = Model, input = "a contract", encoding_format = "base64" });

        var bytes = body.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(floats, MemoryMarshal.Cast<byte, float>(bytes).ToArray());
    }

    [Fact]
    public async Task Create_ByTheOfficialClient_CountsTheModelsOwnTokens()
    {
        var client = new EmbeddingClient(Model, new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = sandbox.V1 });
        var embeddings = (await client.GenerateEmbeddingsAsync(["hello world", "hello"], cancellationToken: TestContext.Current.CancellationToken)).Value;

        Assert.Equal([0, 1], embeddings.Select(embedding => embedding.Index));
        Assert.All(embeddings, embedding => Assert.Equal(384, embedding.ToFloats().Length));
        // hello, world; hello; and a mark at both ends of each.
        Assert.Equal(7, embeddings.Usage.InputTokenCount);
        Assert.Equal(Model, embeddings.Model);
    }

    [Theory]
    [InlineData("""{"model":"text-embedding-3-small","input":"a"}""", 404, "model_not_found", null)]
    [InlineData("""{"input":"a"}""", 400, null, "model")]
    [InlineData("""{"model":"all-MiniLM-L6-v2","input":"a","dimensions":128}""", 400, null, "dimensions")]
    [InlineData("""{"model":"all-MiniLM-L6-v2","input":"a","encoding_format":"hex"}""", 400, null, "encoding_format")]
    [InlineData("""{"model":"all-MiniLM-L6-v2","input":[]}""", 400, null, "input")]
    [InlineData("""{"model":"all-MiniLM-L6-v2","input":["a",""]}""", 400, null, "input")]
    [InlineData("""{"model":"all-MiniLM-L6-v2","input":[[1,2]]}""", 400, null, "input")]
    [InlineData("""{"model":"all-MiniLM-L6-v2"}""", 400, null, "input")]
    [InlineData("""{"model":""", 400, null, null)]
    public async Task Create_WrongRequest_AnswersInOpenAisShape(string request, int status, string? code, string? param)
    {
        using var response = await sandbox.Client.PostAsync("/v1/embeddings", new StringContent(request, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("error");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task Models_List_SaysWhoOwnsThem()
    {
        var models = JsonDocument.Parse(await sandbox.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken)).RootElement.GetProperty("data").EnumerateArray().ToList();

        Assert.Equal(["gpt-4o", "gpt-4o-mini", Model], models.Select(model => model.GetProperty("id").GetString()));
        Assert.All(models, model => Assert.Equal("docuchat-sandbox", model.GetProperty("owned_by").GetString()));
    }

    private async Task<float[][]> FloatsAsync(params string[] texts)
    {
        var (_, body) = await sandbox.PostAsync("/v1/embeddings", new { model = Model, input = texts });
        return [.. body.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray())];
    }

    private static double Dot(float[] left, float[] right) => left.Zip(right, (a, b) => (double)a * b).Sum();
}
