using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace DocuChat.Tests.Web.StandIn;

/// <summary>Sign-in with rotated refresh tokens: a second use of one ends every sign-in, as the real Api's reuse detection does.</summary>
internal sealed class StandInAccounts
{
    private readonly ConcurrentDictionary<string, Account> _byEmail = new();
    private readonly ConcurrentDictionary<string, Account> _access = new();
    private readonly ConcurrentDictionary<string, Account> _refresh = new();
    private readonly ConcurrentDictionary<string, Account> _used = new();
    private int _refreshes;
    private int _reuses;

    /// <summary>The code that every known address was sent.</summary>
    public const string SignInCode = "123456";

    /// <summary>The one open invitation.</summary>
    public const string InvitationToken = "invited-once";

    /// <summary>Lifetime that is told with each token, in seconds.</summary>
    public int ExpiresIn { get; set; } = 900;

    /// <summary>How long a refresh takes; long enough for another tab to meet it half-way.</summary>
    public TimeSpan RefreshTime { get; set; } = TimeSpan.Zero;

    public int Refreshes => _refreshes;
    public int Reuses => _reuses;
    public int SignIns => _refresh.Count;

    /// <summary>Every token that was given out and is still good.</summary>
    public IEnumerable<string> Tokens => _access.Keys.Concat(_refresh.Keys);

    public void Add(string email, string password, string fullName, string organization, string role = "owner") =>
        _byEmail[email] = new Account(Guid.CreateVersion7(), email, password, fullName, Guid.CreateVersion7(), organization, role);

    public bool Accepts(string header) => header.StartsWith("Bearer ", StringComparison.Ordinal) && _access.ContainsKey(header["Bearer ".Length..]);

    /// <summary>Whether the caller may see what is the organisation's own matter.</summary>
    public bool IsAdministrator(HttpContext context) => _access.TryGetValue(context.Request.Headers.Authorization.ToString()["Bearer ".Length..], out var account) && (account.Role is "owner" or "admin");

    /// <summary>Makes every access token worthless, as a change of the signing key does.</summary>
    public void RefuseAccessTokens() => _access.Clear();

    /// <summary>Ends every sign-in on the Api's side.</summary>
    public void EndAll()
    {
        _access.Clear();
        _refresh.Clear();
    }

    public void Map(IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth");
        auth.MapPost("/login", ([FromForm] string username, [FromForm] string password) => Login(username, password)).DisableAntiforgery();
        auth.MapPost("/request-code", () => Results.Accepted(value: new { expires_in = 600 }));
        auth.MapPost("/verify-code", (Verifying body) => VerifyCode(body.Email, body.Code));
        api.MapPost("/invitations/accept", (Accepting body) => Accept(body));
        auth.MapPost("/register", Register);
        auth.MapPost("/refresh", RefreshAsync);
        auth.MapPost("/logout", (Refreshing body) => _refresh.TryRemove(body.RefreshToken, out _) ? Results.NoContent() : Results.NoContent());
        auth.MapGet("/me", (HttpContext context) => Me(_access[context.Request.Headers.Authorization.ToString()["Bearer ".Length..]]));
    }

    private IResult Login(string email, string password) =>
        _byEmail.TryGetValue(email, out var account) && account.Password == password
            ? Results.Ok(Issue(account))
            : StandInApi.Problem(401, "E-mail or password is wrong.", "Check both and try again.");

    private IResult VerifyCode(string email, string code) =>
        _byEmail.TryGetValue(email, out var account) && code == SignInCode
            ? Results.Ok(Issue(account))
            : StandInApi.Problem(401, "The code is wrong or not valid any more.", "Check it, or ask for a new one.");

    private IResult Accept(Accepting body)
    {
        if (body.Token != InvitationToken)
            return StandInApi.Problem(410, "This invitation is not valid any more.", "It expired, was used or was withdrawn. Ask for a new one.");
        var account = new Account(Guid.CreateVersion7(), "invited@example.com", body.Password, body.FullName ?? "invited@example.com", Guid.CreateVersion7(), "Demo", "member");
        _byEmail[account.Email] = account;
        return Results.Ok(Issue(account));
    }

    private IResult Register(Registering body)
    {
        var account = new Account(Guid.CreateVersion7(), body.Email, body.Password, body.FullName, Guid.CreateVersion7(), body.Organization ?? body.FullName);
        return _byEmail.TryAdd(body.Email, account)
            ? Results.Created("/api/v1/auth/me", Issue(account))
            : StandInApi.Problem(409, "This e-mail address has an account already.", "Sign in with it, or register with another address.");
    }

    private async Task<IResult> RefreshAsync(Refreshing body, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _refreshes);
        await Task.Delay(RefreshTime, cancellationToken);
        if (_refresh.TryRemove(body.RefreshToken, out var account))
        {
            _used[body.RefreshToken] = account;
            return Results.Ok(Issue(account));
        }
        if (_used.ContainsKey(body.RefreshToken))
        {
            Interlocked.Increment(ref _reuses);
            EndAll();
        }
        return StandInApi.Problem(401, "The refresh token is not valid any more.", "Sign in again.");
    }

    private object Issue(Account account)
    {
        var (access, refresh) = (Guid.CreateVersion7().ToString("n"), Guid.CreateVersion7().ToString("n"));
        _access[access] = account;
        _refresh[refresh] = account;
        return new { access_token = access, refresh_token = refresh, token_type = "Bearer", expires_in = ExpiresIn };
    }

    private static object Me(Account account) =>
        new
        {
            user = new { id = account.Id, email = account.Email, full_name = account.FullName },
            tenant = new { id = account.TenantId, slug = "demo-corp", name = account.Organization, language = "fa", time_zone = "Asia/Tehran" },
            role = account.Role,
        };

    private sealed record Account(Guid Id, string Email, string Password, string FullName, Guid TenantId, string Organization, string Role = "owner");

    private sealed record Registering(string Email, string Password, string FullName, string? Organization);

    private sealed record Refreshing(string RefreshToken);

    private sealed record Verifying(string Email, string Code);

    private sealed record Accepting(string Token, string Password, string? FullName);
}
