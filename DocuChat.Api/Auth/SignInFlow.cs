using DocuChat.Api.Http;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Auth;

/// <summary>What every way to sign in has in common, once it is known who it is.</summary>
internal sealed class SignInFlow(DocuChatDbContext database, TenantContext tenant, TokenIssuer tokens)
{
    /// <summary>Binds the scope to the tenant that a user belongs to; null when to none.</summary>
    public async Task<SignIn?> EnterTenantAsync(Guid userId, CancellationToken cancellationToken)
    {
        var found = await database.Database.SqlQuery<FoundSignIn>($"select * from find_sign_in({userId})").SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        tenant.Use(found.TenantId);
        return new SignIn(found.TenantId, found.Slug, Enum.Parse<MemberRole>(found.Role));
    }

    /// <summary>Gives the tokens, or says why there are none.</summary>
    public async Task<Results<Ok<TokenPair>, ProblemHttpResult>> CompleteAsync(User user, CancellationToken cancellationToken)
    {
        if (await EnterTenantAsync(user.Id, cancellationToken) is not { } signIn)
            return Problems.Unauthorized("You are no member of any organisation.", "Ask an administrator for an invitation.");
        var pair = tokens.Begin(user, signIn);
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(pair);
    }

    private sealed record FoundSignIn(Guid TenantId, string Slug, string Role);
}
