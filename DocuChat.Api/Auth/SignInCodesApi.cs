using System.ComponentModel.DataAnnotations;
using DocuChat.Api.Http;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Notifications;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Auth;

/// <summary>Signing in without the password: by a code that is sent to the address.</summary>
internal static class SignInCodesApi
{
    public static void MapSignInCodes(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("/request-code", RequestAsync).RequireRateLimit(RateLimiting.SignIns).WithSummary("Sends a code to sign in with to an address that has an account");
        auth.MapPost("/verify-code", VerifyAsync).RequireRateLimit(RateLimiting.SignIns).WithSummary("Signs in with the code");
    }

    private static async Task<Accepted<CodeRequested>> RequestAsync(
        RequestCodeRequest request,
        UserManager<User> users,
        SignInCodes codes,
        SignInFlow signIn,
        DocuChatDbContext database,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        // The same answer for every address: it tells nobody which ones have accounts.
        if (await users.FindByEmailAsync(request.Email.Trim()) is { } user && await signIn.EnterTenantAsync(user.Id, cancellationToken) is { } tenant && await codes.CreateAsync(user.Id) is { } code)
        {
            var language = await database.Tenants.Where(row => row.Id == tenant.TenantId).Select(row => row.Language).SingleAsync(cancellationToken);
            database.Notifications.Add(SignInCodeMail.Of(language, code, (int)codes.Lifetime.TotalMinutes).To(tenant.TenantId, user.Email!, time.GetUtcNow()));
            await database.SaveChangesAsync(cancellationToken);
        }
        return TypedResults.Accepted((string?)null, new CodeRequested((int)codes.Lifetime.TotalSeconds));
    }

    private static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> VerifyAsync(VerifyCodeRequest request, UserManager<User> users, SignInCodes codes, SignInFlow signIn, CancellationToken cancellationToken) =>
        await users.FindByEmailAsync(request.Email.Trim()) is { } user && await codes.RedeemAsync(user.Id, request.Code.Trim())
            ? await signIn.CompleteAsync(user, cancellationToken)
            : Problems.Unauthorized("The code is wrong or not valid any more.", "Check it, or ask for a new one: a code is good for ten minutes and five tries.");
}

public sealed record RequestCodeRequest([property: Required, EmailAddress, StringLength(254)] string Email);

/// <summary>How many seconds a code is good for, if one was sent.</summary>
public sealed record CodeRequested(int ExpiresIn);

public sealed record VerifyCodeRequest([property: Required, EmailAddress, StringLength(254)] string Email, [property: Required, StringLength(20)] string Code);
