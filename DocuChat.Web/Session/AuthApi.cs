using System.Net.Http.Headers;
using System.Net.Http.Json;
using DocuChat.Web.Api;

namespace DocuChat.Web.Session;

/// <summary>The Api's sign-in, which is called before there is a session.</summary>
internal sealed class AuthApi(HttpClient http, IHttpContextAccessor caller)
{
    /// <summary>How long one call may last.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public Task<TokenAnswer> LoginAsync(string email, string password, CancellationToken ct) =>
        SendAsync<TokenAnswer>(HttpMethod.Post, "auth/login", new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = email, ["password"] = password }), null, ct);

    public Task<TokenAnswer> RegisterAsync(Registration registration, CancellationToken ct) =>
        SendAsync<TokenAnswer>(HttpMethod.Post, "auth/register", Json(registration), null, ct);

    /// <summary>Lets a code be sent to the address, if it has an account: the Api does not say.</summary>
    public async Task RequestCodeAsync(string email, CancellationToken ct)
    {
        using var response = await ReachAsync(HttpMethod.Post, "auth/request-code", Json(new CodeBody(email, null)), null, ct);
        if (!response.IsSuccessStatusCode)
            throw await ApiTransport.RefusalAsync(response, ct);
    }

    public Task<TokenAnswer> VerifyCodeAsync(string email, string code, CancellationToken ct) =>
        SendAsync<TokenAnswer>(HttpMethod.Post, "auth/verify-code", Json(new CodeBody(email, code)), null, ct);

    public Task<TokenAnswer> AcceptInvitationAsync(string token, string password, string? fullName, CancellationToken ct) =>
        SendAsync<TokenAnswer>(HttpMethod.Post, "invitations/accept", Json(new AcceptBody(token, password, fullName)), null, ct);

    public Task<TokenAnswer> RefreshAsync(string refreshToken, CancellationToken ct) =>
        SendAsync<TokenAnswer>(HttpMethod.Post, "auth/refresh", Json(new RefreshTokenBody(refreshToken)), null, ct);

    public Task<Profile> GetProfileAsync(string accessToken, CancellationToken ct) => SendAsync<Profile>(HttpMethod.Get, "auth/me", null, accessToken, ct);

    public async Task LogoutAsync(string accessToken, string refreshToken, CancellationToken ct)
    {
        using var response = await ReachAsync(HttpMethod.Post, "auth/logout", Json(new RefreshTokenBody(refreshToken)), accessToken, ct);
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, string? accessToken, CancellationToken ct)
    {
        using var response = await ReachAsync(method, path, content, accessToken, ct);
        if (!response.IsSuccessStatusCode)
            throw await ApiTransport.RefusalAsync(response, ct);
        return await response.Content.ReadFromJsonAsync<T>(WireJson.Options, ct) ?? throw new ApiUnavailableException($"The Api answered /{path} with nothing.");
    }

    private async Task<HttpResponseMessage> ReachAsync(HttpMethod method, string path, HttpContent? content, string? accessToken, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = content };
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        // The Api limits sign-ins by address: that of the person, not ours.
        if (caller.HttpContext?.Connection.RemoteIpAddress is { } address)
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", address.ToString());
        try
        {
            return await http.SendAsync(request, ct);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ApiUnavailableException("The Api cannot be reached.", exception);
        }
    }

    private static JsonContent Json<T>(T body) => JsonContent.Create(body, options: WireJson.Options);

    private sealed record RefreshTokenBody(string RefreshToken);

    private sealed record CodeBody(string Email, string? Code);

    private sealed record AcceptBody(string Token, string Password, string? FullName);
}

/// <summary>What <c>/auth/register</c> wants.</summary>
internal sealed record Registration(string Email, string Password, string FullName, string? Organization);
