using System.Security.Claims;
using System.Text.Encodings.Web;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.Auth;

/// <summary>Signs in a program by its API key, sent as a bearer token: any OpenAI client does so.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    DocuChatDbContext database,
    TenantContext tenant,
    TimeProvider time
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "api-key";
    public const string Prefix = "dck_";
    private const string HeaderStart = "Bearer " + Prefix;

    /// <summary>A key's last use is written at most once in this time, so that a busy key does not write at every call.</summary>
    private static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(5);

    public static bool Carries(HttpContext context) => context.Request.Headers.Authorization.ToString().StartsWith(HeaderStart, StringComparison.Ordinal);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var key = Request.Headers.Authorization.ToString()["Bearer ".Length..];
        var hash = Secrets.Hash(key);
        var found = await database.Database.SqlQuery<FoundKey>($"select * from find_api_key({hash})").SingleOrDefaultAsync(Context.RequestAborted);
        if (found is null)
            return AuthenticateResult.Fail("The API key is unknown or was revoked.");

        tenant.Use(found.TenantId);
        var now = time.GetUtcNow();
        await database
            .ApiKeys.Where(row => row.Id == found.Id && (row.LastUsedAt == null || row.LastUsedAt < now - UseResolution))
            .ExecuteUpdateAsync(row => row.SetProperty(apiKey => apiKey.LastUsedAt, now), Context.RequestAborted);

        var identity = new ClaimsIdentity(
            [
                new(CurrentUser.UserIdClaim, found.UserId.ToString()),
                new(CurrentUser.TenantIdClaim, found.TenantId.ToString()),
                new(CurrentUser.TenantSlugClaim, found.Slug),
                new(CurrentUser.RoleClaim, found.Role),
            ],
            Scheme,
            CurrentUser.UserIdClaim,
            CurrentUser.RoleClaim
        );
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }

    private sealed record FoundKey(Guid Id, Guid TenantId, Guid UserId, string Slug, string Role);
}
