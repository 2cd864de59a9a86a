using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Tests.Api.OpenAi;

/// <summary>OpenAI's wire: their own client reads our answers, and what can go wrong is told as they tell it.</summary>
[Collection(AloneCollection.Name)]
public sealed class OpenAiApiTests(OpenAiApiTests.Fixture fixture) : IClassFixture<OpenAiApiTests.Fixture>, IAsyncLifetime
{
    private const string Passage = "Employees may take thirty days of paid leave a year.";
    private static readonly string[] _cited = ["Employees may take thirty days ", "of paid leave a year [1]."];

    private readonly ModelServer _models = fixture.Models;
    private ApiUser _user = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public sealed class Fixture() : ModelsFixture(("Models:Retries", "0"), ("Models:BreakerFailures", "1000"));

    public async ValueTask InitializeAsync()
    {
        _models.Forget();
        _user = await ApiUser.RegisterAsync(fixture.Api);
        await _user.StoreAsync("leave.txt", Passage);
    }

    public ValueTask DisposeAsync()
    {
        _user.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TheirClient_ListsStreamsCitesAndEmbeds()
    {
        using var node = await NodeFolder.InstallAsync("Api", "OpenAi", "NodeClient");
        _models.Expect("gpt-4o", Reply.Text(_cited));
        using var made = await _user.Client.PostAsJsonAsync("api-keys", new { name = "their client" }, Stop);
        var key = (await made.JsonAsync()).GetProperty("key").GetString()!;

        var output = await node.RunAsync(["ask.js"], ("BASE_URL", new Uri(fixture.Api.Address, "api/v1").ToString()), ("API_KEY", key));

        using var document = JsonDocument.Parse(output);
        var answer = document.RootElement;
        Assert.Equal(["gpt-4o", "gpt-4o-mini", "stand-in-embedding"], answer.GetProperty("models").EnumerateArray().Select(model => model.GetString()!));
        foreach (var way in (string[])["streamed", "whole"])
        {
            var said = answer.GetProperty(way);
            Assert.Equal("Employees may take thirty days of paid leave a year [1].", said.GetProperty("text").GetString());
            Assert.Equal("stop", said.GetProperty("finish").GetString());
            // 100 of the model, 7 of the question's vector; the whole answer's question points back, so a model is asked first what it means.
            Assert.Equal(way == "whole" ? (207, 40, 247) : (107, 20, 127), (Number(said, "prompt_tokens"), Number(said, "completion_tokens"), Number(said, "total_tokens")));
            var citation = Assert.Single(said.GetProperty("annotations").EnumerateArray());
            Assert.Equal("url_citation", citation.GetProperty("type").GetString());
            var source = citation.GetProperty("url_citation");
            Assert.Equal(("leave.txt", Passage), (source.GetProperty("title").GetString(), source.GetProperty("quote").GetString()));
            Assert.Equal("[1]", said.GetProperty("text").GetString()![source.GetProperty("start_index").GetInt32()..source.GetProperty("end_index").GetInt32()]);
        }
        Assert.Equal([ModelServer.Dimensions, ModelServer.Dimensions], answer.GetProperty("vectors").EnumerateArray().Select(vector => vector.GetArrayLength()));
        var refused = answer.GetProperty("refused");
        Assert.Equal((404, "invalid_request_error"), (refused.GetProperty("status").GetInt32(), refused.GetProperty("type").GetString()));
        Assert.Contains("Use one of: gpt-4o, gpt-4o-mini.", refused.GetProperty("message").GetString(), StringComparison.Ordinal);

        // The model was told what was said before; the caller keeps the conversation, and we the charge alone.
        var asked = _models.ChatRequests[^1].GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").ToString()).ToList();
        Assert.Contains("Is there paid leave?", asked);
        Assert.Empty((await _user.Client.GetFromJsonAsync<JsonElement>("conversations", Stop)).GetProperty("items").EnumerateArray());
        await using var database = fixture.Api.Database.Context(_user.TenantId);
        var kinds = await database.UsageEvents.Select(call => call.Kind).ToListAsync(Stop);
        Assert.Equal([CallKind.Chat, CallKind.Chat, CallKind.QuestionRewrite, CallKind.QuestionEmbedding, CallKind.QuestionEmbedding, CallKind.ClientEmbedding], kinds.Order());

        static int Number(JsonElement said, string name) => said.GetProperty("usage").GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Complete_NoModelAnswers_IsAStatusAndAnError(bool stream)
    {
        _models.Expect("gpt-4o", Reply.Error(500));
        _models.Expect("gpt-4o-mini", Reply.Error(500));

        using var response = await AskAsync(stream);

        var problem = await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("server_error", problem.GetProperty("error").GetProperty("type").GetString());
        Assert.NotEmpty(problem.GetProperty("error").GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Complete_ModelBreaksOff_EndsAsLength()
    {
        _models.Expect("gpt-4o", Reply.Text(_cited) with { Ending = Ending.Closed });

        using var response = await AskAsync(stream: true);

        var frames = (await response.Content.ReadAsStringAsync(Stop)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", frames[^1]);
        Assert.True(frames[^2].Contains("\"finish_reason\":\"length\"", StringComparison.Ordinal), frames[^2]);
    }

    [Fact]
    public async Task Complete_ReaderLeaves_StopsTheModelAtOnceAndChargesWhatCame()
    {
        _models.Expect("gpt-4o", Reply.Text(_cited) with { Ending = Ending.Hang });
        using (var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            using var request = Request(stream: true);
            using var response = await _user.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
            await using var body = await response.Content.ReadAsStreamAsync(leaving.Token);
            Assert.True(await body.ReadAsync(new byte[64], leaving.Token) > 0);
        }

        await _models.CallerGoneAsync(Stop);

        await using var database = fixture.Api.Database.Context(_user.TenantId);
        while (!await database.UsageEvents.AnyAsync(call => call.Kind == CallKind.Chat && call.TokensOut > 0, Stop))
            await Task.Delay(50, Stop);
        Assert.Equal((2, 0), (await database.UsageEvents.CountAsync(Stop), await database.UsageReservations.CountAsync(Stop)));
    }

    [Fact]
    public async Task Complete_CallerOfAWholeAnswerLeaves_StopsTheModelAtOnce()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        _models.Expect("gpt-4o", new Reply { Pieces = _cited, Between = (_, stop) => leaving.CancelAsync().ContinueWith(_ => Task.Delay(Timeout.Infinite, stop), Stop, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap() });
        using var request = Request(stream: false);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _user.Client.SendAsync(request, leaving.Token));

        await _models.CallerGoneAsync(Stop);
    }

    [Fact]
    public async Task Complete_WithoutAKey_IsRefusedAsTheirClientReadsIt()
    {
        using var stranger = fixture.Api.CreateClient();
        using var response = await stranger.PostJsonAsync("api/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content = "Hello?" } } });
        var problem = await response.AssertProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Equal("authentication_error", problem.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Complete_PictureInTheQuestion_SaysWhatIsRead()
    {
        var content = new object[] { new { type = "image_url", image_url = new { url = "https://example.com/picture.png" } } };
        using var response = await _user.Client.PostAsJsonAsync("chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content } } }, Stop);
        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest);
        Assert.Contains("images", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_Base64_GivesTheSameNumbers()
    {
        using var plain = await _user.Client.PostAsJsonAsync("embeddings", new { model = "stand-in-embedding", input = "one" }, Stop);
        using var packed = await _user.Client.PostAsJsonAsync("embeddings", new { model = "stand-in-embedding", input = "one", encoding_format = "base64" }, Stop);

        var numbers = (await plain.JsonAsync()).GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray();
        var bytes = Convert.FromBase64String((await packed.JsonAsync()).GetProperty("data")[0].GetProperty("embedding").GetString()!);
        Assert.Equal(numbers, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray());
    }

    private Task<HttpResponseMessage> AskAsync(bool stream) => _user.Client.SendAsync(Request(stream), Stop);

    private static HttpRequestMessage Request(bool stream) =>
        new(HttpMethod.Post, "chat/completions") { Content = JsonContent.Create(new { model = "gpt-4o", stream, messages = new[] { new { role = "user", content = "How many days of paid leave are there?" } } }) };
}
