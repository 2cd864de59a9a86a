using System.Security.Claims;
using DocuChat.Web.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace DocuChat.Web.Session;

/// <summary>Turns a name and a password into a session and its cookie, and ends it.</summary>
internal sealed class SignInService(AuthApi auth, SessionStore store, TimeProvider time, ILogger<SignInService> logger)
{
    public async Task SignInAsync(HttpContext context, string email, string password) =>
        await BeginAsync(context, await auth.LoginAsync(email, password, context.RequestAborted));

    public async Task RegisterAsync(HttpContext context, Registration registration) =>
        await BeginAsync(context, await auth.RegisterAsync(registration, context.RequestAborted));

    public Task RequestCodeAsync(HttpContext context, string email) => auth.RequestCodeAsync(email, context.RequestAborted);

    public async Task SignInWithCodeAsync(HttpContext context, string email, string code) =>
        await BeginAsync(context, await auth.VerifyCodeAsync(email, code, context.RequestAborted));

    public async Task AcceptInvitationAsync(HttpContext context, string token, string password, string? fullName) =>
        await BeginAsync(context, await auth.AcceptInvitationAsync(token, password, fullName, context.RequestAborted));

    public async Task SignOutAsync(HttpContext context)
    {
        if (context.User.FindFirstValue(CurrentSession.IdClaim) is { } id)
            await EndAsync(id, context.RequestAborted);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    // Every sign-in gets an id of its own, so that an id known from before is worth nothing.
    private async Task BeginAsync(HttpContext context, TokenAnswer tokens)
    {
        var ct = context.RequestAborted;
        var profile = await auth.GetProfileAsync(tokens.AccessToken, ct);
        var id = SessionStore.NewId();
        await store.SaveAsync(id, new WebSession(tokens.AccessToken, tokens.ExpiresAt(time.GetUtcNow()), tokens.RefreshToken, profile), ct);

        var identity = new ClaimsIdentity([new Claim(CurrentSession.IdClaim, id)], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme,
            new ClaimsPrincipal(identity),
            new AuthenticationProperties { IsPersistent = true, ExpiresUtc = time.GetUtcNow() + SessionStore.Lifetime }
        );
    }

    private async Task EndAsync(string id, CancellationToken ct)
    {
        try
        {
            var session = await store.FindAsync(id, ct);
            await store.DeleteAsync(id, ct);
            if (session is not null)
                await auth.LogoutAsync(session.AccessToken, session.RefreshToken, ct);
        }
        catch (ApiUnavailableException exception)
        {
            // The browser is signed out whatever the Api says.
            logger.LogoutNotTold(exception);
        }
    }
}
