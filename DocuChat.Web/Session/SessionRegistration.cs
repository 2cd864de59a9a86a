using DocuChat.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace DocuChat.Web.Session;

internal static class SessionRegistration
{
    private const string CookieName = "docuchat.session";

    /// <summary>Redis, the keys that all replicas share, the cookie, and who is signed in.</summary>
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        // Without it nobody is signed in.
        builder.AddRedis(HealthStatus.Unhealthy);
        var services = builder.Services;
        services.AddDataProtection().SetApplicationName("DocuChat.Web");
        services.AddOptions<KeyManagementOptions>().Configure<IConnectionMultiplexer>((options, redis) => options.XmlRepository = new RedisXmlRepository(() => redis.GetDatabase(), "docuchat:web:keys"));

        services.AddSingleton<SessionStore>();
        services.AddScoped<AccessTokens>();
        services.AddScoped<SignInService>();
        services.AddScoped<CurrentSession>();

        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(SetCookie);
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, ServerAuthenticationStateProvider>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "docuchat.antiforgery";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    private static void SetCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = CookieName;
        options.Cookie.HttpOnly = true;
        // Lax, not Strict: a link in one of our e-mails must find the reader signed in. Every change is a POST with an antiforgery token.
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.LoginPath = Paths.SignIn;
        options.AccessDeniedPath = Paths.SignIn;
        options.ReturnUrlParameter = Paths.ReturnParameter;
        options.ExpireTimeSpan = SessionStore.Lifetime;
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = RejectEndedAsync;
    }

    // A cookie whose session is gone from Redis is worth nothing, and a page must not be drawn for it.
    private static async Task RejectEndedAsync(CookieValidatePrincipalContext context)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return;
        var id = context.Principal?.FindFirst(CurrentSession.IdClaim)?.Value;
        var store = context.HttpContext.RequestServices.GetRequiredService<SessionStore>();
        if (id is null || await store.FindAsync(id, context.HttpContext.RequestAborted) is null)
            context.RejectPrincipal();
    }
}
