using System.Net.Http.Headers;

namespace DocuChat.Tests.Api.ApiKeys;

public sealed class ApiKeyTests(ApiFixture factory) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Key_SignsInUntilItIsRevoked()
    {
        var (client, registered) = await factory.Api.RegisterAsync();
        var created = await (await client.PostJsonAsync("api/v1/api-keys", new { name = "script" })).JsonAsync();
        using var program = factory.Api.CreateClient();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", created.GetProperty("key").GetString());
        var me = await program.GetJsonAsync("api/v1/auth/me");
        Assert.Equal(registered.GetProperty("tenant").GetProperty("id").GetString(), me.GetProperty("tenant").GetProperty("id").GetString());

        (await client.DeleteAsync($"api/v1/api-keys/{created.GetProperty("id").GetString()}", TestContext.Current.CancellationToken)).Dispose();
        using var refused = await program.GetAsync("api/v1/auth/me", TestContext.Current.CancellationToken);
        await refused.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task List_ShowsThePrefixAndNeverTheKey()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var key = (await (await client.PostJsonAsync("api/v1/api-keys", new { name = "script" })).JsonAsync()).GetProperty("key").GetString()!;
        var listed = await client.GetStringAsync("api/v1/api-keys", TestContext.Current.CancellationToken);
        Assert.Contains(key[..12], listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_AnotherTenantsKey_IsNotFound()
    {
        var (owner, _) = await factory.Api.RegisterAsync();
        var (stranger, _) = await factory.Api.RegisterAsync();
        var id = (await (await owner.PostJsonAsync("api/v1/api-keys", new { name = "script" })).JsonAsync()).GetProperty("id").GetString();
        using var response = await stranger.DeleteAsync($"api/v1/api-keys/{id}", TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.NotFound);
    }
}
