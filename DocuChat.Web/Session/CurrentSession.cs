using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace DocuChat.Web.Session;

/// <summary>Who this scope (a request or a circuit) acts for.</summary>
internal sealed class CurrentSession(AuthenticationStateProvider authentication, SessionStore store)
{
    /// <summary>Claim that holds the session's id; the only thing the cookie carries.</summary>
    public const string IdClaim = "sid";

    private string? _id;

    /// <summary>Binds a plain HTTP request, which has no authentication state of Blazor's.</summary>
    public void Bind(ClaimsPrincipal user) => _id = user.FindFirstValue(IdClaim);

    /// <summary>The session's id; null when nobody is signed in.</summary>
    public async ValueTask<string?> GetIdAsync() => _id ??= (await authentication.GetAuthenticationStateAsync()).User.FindFirstValue(IdClaim);

    /// <summary>The person and the organisation; null when the session is over.</summary>
    public async Task<Profile?> GetProfileAsync(CancellationToken ct) => await GetIdAsync() is { } id ? (await store.FindAsync(id, ct))?.Profile : null;
}
