using System.ComponentModel.DataAnnotations;
using DocuChat.Api.Http;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Auth;

internal static class AuthApi
{
    public static void MapAuthApi(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth");
        auth.MapPost("/register", RegisterAsync).RequireRateLimit(RateLimiting.SignIns).WithSummary("Makes a user and a tenant of their own");
        auth.MapPost("/login", LoginAsync).DisableAntiforgery().RequireRateLimit(RateLimiting.SignIns).WithSummary("Signs in with a form: username (the e-mail) and password");
        auth.MapSignInCodes();
        auth.MapPost("/refresh", RefreshAsync).WithSummary("Replaces a refresh token; each can be used once");
        auth.MapPost("/logout", LogoutAsync).WithSummary("Ends the sign-in that a refresh token belongs to");
        auth.MapGet("/me", MeAsync).RequireAuthorization().WithSummary("Who is signed in, and where");
    }

    private static async Task<Results<Created<RegisterResponse>, ProblemHttpResult, ValidationProblem>> RegisterAsync(RegisterRequest request, Registration registration, UsageMetrics metrics, CancellationToken cancellationToken)
    {
        var result = await registration.RegisterAsync(request.Email.Trim(), request.Password, request.FullName, request.Organization, cancellationToken);
        if (result is { User: { } user, Tenant: { } tenant, Tokens: { } tokens })
        {
            metrics.TenantSeen(tenant.Slug);
            return TypedResults.Created("/api/v1/auth/me", new RegisterResponse(UserView.Of(user), TenantView.Of(tenant), tokens.AccessToken, tokens.RefreshToken, tokens.TokenType, tokens.ExpiresIn));
        }
        return result.Errors.Any(error => error.Code is nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName))
            ? Problems.Conflict("This e-mail address has an account already.", "Sign in with it, or register with another address.")
            : TypedResults.ValidationProblem(result.Errors.GroupBy(error => error.Code.StartsWith("Password", StringComparison.Ordinal) ? "password" : "email").ToDictionary(group => group.Key, group => group.Select(error => error.Description).ToArray()));
    }

    private static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> LoginAsync(
        [FromForm] string username,
        [FromForm] string password,
        UserManager<User> users,
        IPasswordHasher<User> hasher,
        SignInFlow signIn,
        CancellationToken cancellationToken
    )
    {
        var user = await users.FindByEmailAsync(username.Trim());
        if (user is null)
        {
            // The same work as for a known address, so that the time of the answer tells nobody which addresses have accounts.
            hasher.HashPassword(NoUser, password);
            return WrongCredentials();
        }
        if (await users.IsLockedOutAsync(user))
            return Problems.Unauthorized("This account is locked for a few minutes.", "There were too many wrong passwords. Wait five minutes and try again.");
        if (!await users.CheckPasswordAsync(user, password))
        {
            await users.AccessFailedAsync(user);
            return WrongCredentials();
        }
        if (user.AccessFailedCount > 0)
            await users.ResetAccessFailedCountAsync(user);

        return await signIn.CompleteAsync(user, cancellationToken);
    }

    private static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> RefreshAsync(RefreshRequest request, TokenIssuer tokens, CancellationToken cancellationToken) =>
        await tokens.RotateAsync(request.RefreshToken, cancellationToken) is { } pair
            ? TypedResults.Ok(pair)
            : Problems.Unauthorized("The refresh token is not valid any more.", "Sign in again.");

    private static async Task<NoContent> LogoutAsync(RefreshRequest request, TokenIssuer tokens, CancellationToken cancellationToken)
    {
        await tokens.EndAsync(request.RefreshToken, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<MeResponse>> MeAsync(CurrentUser current, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        var membership = await database.Memberships.AsNoTracking().Include(row => row.User).Include(row => row.Tenant).SingleAsync(row => row.UserId == current.UserId, cancellationToken);
        return TypedResults.Ok(new MeResponse(UserView.Of(membership.User!), TenantView.Of(membership.Tenant!), membership.Role));
    }

    private static readonly User NoUser = new() { FullName = "" };

    private static ProblemHttpResult WrongCredentials() => Problems.Unauthorized("E-mail or password is wrong.", "Check both and try again.");
}

public sealed record RegisterRequest(
    [property: Required, EmailAddress, StringLength(254)] string Email,
    [property: Required, StringLength(200, MinimumLength = 8)] string Password,
    [property: Required, StringLength(200, MinimumLength = 1)] string FullName,
    [property: StringLength(200)] string? Organization = null
);

public sealed record RegisterResponse(UserView User, TenantView Tenant, string AccessToken, string RefreshToken, string TokenType, int ExpiresIn);

public sealed record RefreshRequest([property: Required] string RefreshToken);

public sealed record MeResponse(UserView User, TenantView Tenant, MemberRole Role);

public sealed record UserView(Guid Id, string Email, string FullName)
{
    public static UserView Of(User user) => new(user.Id, user.Email!, user.FullName);
}

public sealed record TenantView(Guid Id, string Slug, string Name, string Language, string TimeZone)
{
    public static TenantView Of(Tenant tenant) => new(tenant.Id, tenant.Slug, tenant.Name, tenant.Language, tenant.TimeZone);
}
