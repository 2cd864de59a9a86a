using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Tests.Infrastructure;
using Xunit;

namespace DocuChat.Tests.Api.Chat;

/// <summary>The models are deployments of an Azure OpenAI resource: another path, another header, the same answers and charges.</summary>
public sealed class AzureTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_AzureResource_AnswersOverItsWireAndFallsBack()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiFactory.CreateAsync(models.Settings(("OPENAI_BASE_URL", new Uri(models.Url).GetLeftPart(UriPartial.Authority)), ("Models:Azure", "true"), ("Models:Retries", "0")));
        using var user = await ApiUser.RegisterAsync(api);
        await user.StoreAsync("leave.txt", "Employees may take thirty days of paid leave a year.");
        models.Expect("gpt-4o", Reply.Error(429));
        models.Expect("gpt-4o-mini", Reply.Text("Thirty days [1]."));

        using var response = await user.Client.PostAsJsonAsync("/api/v1/chat", new { message = "How many days of leave?", stream = false }, Stop);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);

        Assert.Equal("Thirty days [1].", answer.GetProperty("answer").GetString());
        var receipt = answer.GetProperty("receipt");
        Assert.Equal(("gpt-4o", "gpt-4o-mini"), (receipt.GetProperty("model_asked").GetString(), receipt.GetProperty("model").GetString()));
        // 100 of the answer, 7 of the embedded question.
        Assert.Equal((107, 20), (receipt.GetProperty("tokens_in").GetInt32(), receipt.GetProperty("tokens_out").GetInt32()));
        Assert.NotEmpty(models.EmbeddingRequests);
    }
}
