using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DocuChat.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Api.Auth;

public sealed class TokenTests(ApiFixture factory) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Login_WithTheForm_GivesATokenPair()
    {
        var email = ApiCalls.NewEmail();
        await factory.Api.RegisterAsync(email);
        using var client = factory.Api.CreateClient();
        using var response = await client.LoginAsync(email, ApiCalls.Password);
        var tokens = await response.JsonAsync();
        Assert.Equal("bearer", tokens.GetProperty("token_type").GetString());
        Assert.Equal(900, tokens.GetProperty("expires_in").GetInt32());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
        Assert.Equal(email, (await client.GetJsonAsync("api/v1/auth/me")).GetProperty("user").GetProperty("email").GetString());
    }

    [Fact]
    public async Task Login_WhileSignedInElsewhere_SignsIn()
    {
        var email = ApiCalls.NewEmail();
        (await factory.Api.RegisterAsync(email)).Client.Dispose();
        var (other, _) = await factory.Api.RegisterAsync();
        using var client = other;
        using var response = await client.LoginAsync(email, ApiCalls.Password);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Login_WithWrongCredentials_SaysTheSameWhetherTheAddressIsKnown(bool known)
    {
        var email = ApiCalls.NewEmail();
        if (known)
            await factory.Api.RegisterAsync(email);
        using var client = factory.Api.CreateClient();
        using var response = await client.LoginAsync(email, "not the password");
        var problem = await response.AssertProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Equal("E-mail or password is wrong.", problem.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Login_AfterTenWrongPasswords_IsLockedEvenForTheRightOne()
    {
        var email = ApiCalls.NewEmail();
        await factory.Api.RegisterAsync(email);
        using var client = factory.Api.CreateClient();
        for (var i = 0; i < 10; i++)
            (await client.LoginAsync(email, "wrong password")).Dispose();
        using var response = await client.LoginAsync(email, ApiCalls.Password);
        var problem = await response.AssertProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Contains("locked", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_WithAFreshToken_GivesANewPair()
    {
        var (client, registered) = await factory.Api.RegisterAsync();
        using var response = await RefreshAsync(client, RefreshTokenOf(registered));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEqual(RefreshTokenOf(registered), RefreshTokenOf(await response.JsonAsync()));
    }

    [Fact]
    public async Task Refresh_WithAUsedToken_EndsTheWholeFamily()
    {
        var (client, registered) = await factory.Api.RegisterAsync();
        using var first = await RefreshAsync(client, RefreshTokenOf(registered));
        var successor = RefreshTokenOf(await first.JsonAsync());

        using var replayed = await RefreshAsync(client, RefreshTokenOf(registered));
        await replayed.AssertProblemAsync(HttpStatusCode.Unauthorized);
        using var afterwards = await RefreshAsync(client, successor);
        await afterwards.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Refresh_TheSameTokenManyTimesAtOnce_SucceedsOnce()
    {
        var (client, registered) = await factory.Api.RegisterAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RefreshAsync(client, RefreshTokenOf(registered))));
        Assert.Equal(1, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
    }

    [Fact]
    public async Task Logout_EndsTheSignIn()
    {
        var (client, registered) = await factory.Api.RegisterAsync();
        using var ended = await client.PostJsonAsync("api/v1/auth/logout", new { refresh_token = RefreshTokenOf(registered) });
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        using var response = await RefreshAsync(client, RefreshTokenOf(registered));
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AccessToken_AfterFifteenMinutes_IsRefused()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = await ApiFactory.CreateAsync(services: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)));
        var (client, _) = await api.RegisterAsync();
        time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("api/v1/auth/me", TestContext.Current.CancellationToken)).StatusCode);
        time.Advance(TimeSpan.FromMinutes(2));
        using var late = await client.GetAsync("api/v1/auth/me", TestContext.Current.CancellationToken);
        await late.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AccessToken_SignedByThePreviousKey_IsAcceptedAndNewOnesNameTheNewKey()
    {
        const string oldSecret = "the old secret, which is more than 32 bytes long";
        const string newSecret = "the new secret, which is more than 32 bytes long";
        await using var before = await ApiFactory.CreateAsync([("JWT_SECRET", oldSecret)]);
        var (_, registered) = await before.RegisterAsync();
        await using var after = await ApiFactory.CreateAsync([("JWT_SECRET", newSecret), ("JWT_SECRET_PREVIOUS", oldSecret)], database: before.Database);

        using var client = after.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", registered.GetProperty("access_token").GetString());
        await client.GetJsonAsync("api/v1/auth/me");
        using var refreshed = await RefreshAsync(client, RefreshTokenOf(registered));
        Assert.NotEqual(KidOf(registered), KidOf(await refreshed.JsonAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("too short")]
    public async Task Start_WithABadJwtSecret_NamesTheKey(string secret)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ApiFactory.CreateAsync([("JWT_SECRET", secret)]));
        Assert.Contains("JWT_SECRET", failure.ToString(), StringComparison.Ordinal);
    }

    private static string RefreshTokenOf(JsonElement tokens) => tokens.GetProperty("refresh_token").GetString()!;

    private static string KidOf(JsonElement tokens)
    {
        var header = tokens.GetProperty("access_token").GetString()!.Split('.')[0];
        var json = JsonDocument.Parse(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(header)));
        return json.RootElement.GetProperty("kid").GetString()!;
    }

    private static Task<HttpResponseMessage> RefreshAsync(HttpClient client, string token) => client.PostJsonAsync("api/v1/auth/refresh", new { refresh_token = token });
}
