using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace DocuChat.Api.Auth;

internal static class AuthRegistration
{
    public const string Issuer = "docuchat";

    /// <summary>May manage members, keys and settings.</summary>
    public const string AdminPolicy = "admin";

    private const string EitherScheme = "bearer";

    public static void AddAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services
            .AddOptions<AuthOptions>()
            .BindConfiguration("Auth")
            .Configure(options =>
            {
                options.Secret = builder.Configuration["JWT_SECRET"] ?? options.Secret;
                options.PreviousSecret = builder.Configuration["JWT_SECRET_PREVIOUS"] ?? options.PreviousSecret;
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>();
        services.AddSingleton<SigningKeys>();
        services.AddScoped<TokenIssuer>();
        services.AddScoped<Registration>();
        services.AddScoped<SignInFlow>();
        services.AddSingleton<SignInCodes>();
        services.AddHttpContextAccessor();
        services.AddScoped<CurrentUser>();

        services
            .AddIdentityCore<User>(options =>
            {
                options.User.RequireUniqueEmail = true;
                // Length is what makes a password strong (NIST SP 800-63B, section 3.1.1.2); rules of composition only annoy.
                options.Password = new PasswordOptions { RequiredLength = 8, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false };
                options.Lockout = new LockoutOptions { MaxFailedAccessAttempts = 10, DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5) };
            })
            .AddEntityFrameworkStores<DocuChatDbContext>();

        // One header for both: an API key is told from a token by its prefix.
        services
            .AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, options => options.ForwardDefaultSelector = context => ApiKeyHandler.Carries(context) ? ApiKeyHandler.Scheme : JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, null);
        services
            .AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<SigningKeys, TimeProvider>(
                (options, keys, time) =>
                {
                    options.MapInboundClaims = false;
                    options.TimeProvider = time;
                    options.TokenValidationParameters = new TokenValidationParameters
                    {
                        ValidIssuer = Issuer,
                        ValidateAudience = false,
                        IssuerSigningKeys = keys.All,
                        NameClaimType = CurrentUser.UserIdClaim,
                        RoleClaimType = CurrentUser.RoleClaim,
                        ClockSkew = TimeSpan.FromSeconds(30),
                        LifetimeValidator = (notBefore, expires, _, parameters) =>
                            expires > time.GetUtcNow().UtcDateTime - parameters.ClockSkew && (notBefore is null || notBefore <= time.GetUtcNow().UtcDateTime + parameters.ClockSkew),
                    };
                }
            );
        services.AddAuthorizationBuilder().AddPolicy(AdminPolicy, policy => policy.RequireRole(nameof(MemberRole.Admin), nameof(MemberRole.Owner)));
    }

    /// <summary>Signs callers in and binds the request's scope to their tenant.</summary>
    public static void UseAuth(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(
            async (context, next) =>
            {
                // Calls that anybody may make choose their tenant themselves, whatever token came along.
                if (context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null || context.User.FindFirst(CurrentUser.TenantIdClaim) is not { } claim)
                {
                    await next(context);
                    return;
                }
                context.RequestServices.GetRequiredService<TenantContext>().Use(Guid.Parse(claim.Value));
                // Whatever is logged from here on, by an answer that outlives the request too, says whose it is.
                using (app.Logger.BeginScope(LogScope.Of(context.User.FindFirst(CurrentUser.TenantSlugClaim)?.Value)))
                    await next(context);
            }
        );
    }
}
