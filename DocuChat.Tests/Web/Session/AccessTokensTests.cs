using DocuChat.Tests.Infrastructure;
using DocuChat.Tests.Web.StandIn;
using DocuChat.Web.Api;
using DocuChat.Web.Session;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.Tests.Web.Session;

/// <summary>Renewal of tokens by two replicas, against a real Redis and an Api that takes a second use of a refresh token for theft.</summary>
public sealed class AccessTokensTests : IAsyncLifetime
{
    private const string Email = "a@example.com";
    private const string Password = "password123";

    private StandInApi _api = default!;
    private WebFactory _one = default!;
    private WebFactory _other = default!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var redis = await TestRedis.CreateAsync();
        _api = await StandInApi.StartAsync();
        _api.Accounts.Add(Email, Password, "A", "Org");
        _one = WebFactory.Start(redis.ConnectionString, _api.Address);
        _other = WebFactory.Start(redis.ConnectionString, _api.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Get_ManyAtOnceOnTwoReplicas_RenewsOnce()
    {
        var id = await SignInAsync(expiresIn: 30);
        _api.Accounts.RefreshTime = TimeSpan.FromMilliseconds(200);

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => GetAsync(i % 2 == 0 ? _one : _other, id)));

        Assert.Single(tokens.Distinct());
        Assert.Equal((1, 0), (_api.Accounts.Refreshes, _api.Accounts.Reuses));
    }

    [Fact]
    public async Task Get_GoodToken_RenewsNothing()
    {
        var id = await SignInAsync(expiresIn: 900);

        Assert.Equal(await GetAsync(_one, id), await GetAsync(_other, id));
        Assert.Equal(0, _api.Accounts.Refreshes);
    }

    [Fact]
    public async Task Get_RefusedToken_IsRenewedWhateverItsTime()
    {
        var id = await SignInAsync(expiresIn: 900);
        var refused = await GetAsync(_one, id);

        var renewed = await Task.WhenAll(GetAsync(_one, id, refused), GetAsync(_other, id, refused));

        Assert.DoesNotContain(refused, renewed);
        Assert.Equal((1, 0), (_api.Accounts.Refreshes, _api.Accounts.Reuses));
    }

    [Fact]
    public async Task Get_SessionEndedByTheApi_ForgetsIt()
    {
        var id = await SignInAsync(expiresIn: 30);
        _api.Accounts.EndAll();

        await Assert.ThrowsAsync<SignInExpiredException>(() => GetAsync(_one, id));

        Assert.Null(await _other.Services.GetRequiredService<SessionStore>().FindAsync(id, Ct));
    }

    [Fact]
    public async Task Get_ApiDown_KeepsTheSession()
    {
        var id = await SignInAsync(expiresIn: 30);
        _api.Down = true;
        await Assert.ThrowsAsync<ApiUnavailableException>(() => GetAsync(_one, id));
        _api.Down = false;

        Assert.NotEmpty(await GetAsync(_other, id));
        Assert.Equal(0, _api.Accounts.Reuses);
    }

    [Fact]
    public async Task Get_SignedOutMeanwhile_DoesNotComeBack()
    {
        var id = await SignInAsync(expiresIn: 30);
        _api.Accounts.RefreshTime = TimeSpan.FromMilliseconds(300);
        var renewing = GetAsync(_one, id);
        while (_api.Accounts.Refreshes == 0)
            await Task.Delay(5, Ct);

        await _other.Services.GetRequiredService<SessionStore>().DeleteAsync(id, Ct);
        await renewing;

        Assert.Null(await _one.Services.GetRequiredService<SessionStore>().FindAsync(id, Ct));
    }

    private async Task<string> SignInAsync(int expiresIn)
    {
        _api.Accounts.ExpiresIn = expiresIn;
        await using var scope = _one.Services.CreateAsyncScope();
        var auth = scope.ServiceProvider.GetRequiredService<AuthApi>();
        var tokens = await auth.LoginAsync(Email, Password, Ct);
        var id = SessionStore.NewId();
        var session = new WebSession(tokens.AccessToken, tokens.ExpiresAt(TimeProvider.System.GetUtcNow()), tokens.RefreshToken, await auth.GetProfileAsync(tokens.AccessToken, Ct));
        await _one.Services.GetRequiredService<SessionStore>().SaveAsync(id, session, Ct);
        _api.Accounts.ExpiresIn = 900;
        return id;
    }

    private static async Task<string> GetAsync(WebFactory replica, string id, string? refused = null)
    {
        await using var scope = replica.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AccessTokens>().GetAsync(id, refused, Ct);
    }
}
