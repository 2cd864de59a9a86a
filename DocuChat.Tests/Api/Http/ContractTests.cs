using System.Net.Http.Headers;

namespace DocuChat.Tests.Api.Http;

public sealed class ContractTests(ApiFixture factory) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task IdempotencyKey_RepeatedByTheSameCaller_GivesTheFirstAnswerAndDoesNothingTwice()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        using var first = await UploadWithKeyAsync(client, "k1", "First."u8.ToArray());
        using var second = await UploadWithKeyAsync(client, "k1", "Second."u8.ToArray());
        Assert.Equal(await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(second.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(1, (await client.GetJsonAsync("api/v1/documents")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task IdempotencyKey_OfAnotherCaller_IsAnotherKey()
    {
        var (one, _) = await factory.Api.RegisterAsync();
        var (two, _) = await factory.Api.RegisterAsync();
        (await UploadWithKeyAsync(one, "k1", "First."u8.ToArray())).Dispose();
        using var second = await UploadWithKeyAsync(two, "k1", "Second."u8.ToArray());
        Assert.False(second.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task IdempotencyKey_OnACallThatShowsASecretOnce_KeepsNothing()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        client.DefaultRequestHeaders.Add("Idempotency-Key", "k1");
        var first = await (await client.PostJsonAsync("api/v1/api-keys", new { name = "a" })).JsonAsync();
        var second = await (await client.PostJsonAsync("api/v1/api-keys", new { name = "a" })).JsonAsync();
        Assert.NotEqual(first.GetProperty("key").GetString(), second.GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("api/v1/documents")]
    [InlineData("api/v1/members")]
    [InlineData("api/v1/api-keys")]
    [InlineData("api/v1/auth/me")]
    public async Task AnyCall_WithoutASignIn_IsUnauthorized(string path)
    {
        using var client = factory.Api.CreateClient();
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dck_of-nobody");
        using var unknownKey = await client.GetAsync(path, TestContext.Current.CancellationToken);
        await unknownKey.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task UnknownPath_IsAProblem()
    {
        using var client = factory.Api.CreateClient();
        using var response = await client.GetAsync("api/v1/nothing-here", TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task OpenApi_DescribesTheCallsAndThePageLoadsNothingFromElsewhere()
    {
        using var client = factory.Api.CreateClient();
        var document = await client.GetJsonAsync("openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToArray();
        Assert.Contains("/api/v1/documents", paths);
        Assert.Contains("/api/v1/auth/login", paths);
        var page = await client.GetStringAsync("docs", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("https://cdn", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("fonts.scalar", page, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<HttpResponseMessage> UploadWithKeyAsync(HttpClient client, string key, byte[] content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/documents") { Content = new MultipartFormDataContent { { new ByteArrayContent(content), "files", "a.txt" } } };
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
