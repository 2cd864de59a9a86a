using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DocuChat.Api.Auth;

/// <summary>An access token for 15 minutes and the refresh token that replaces it.</summary>
public sealed record TokenPair(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn);

/// <summary>Issues tokens, rotates refresh tokens, and ends a family when one of its tokens is used twice.</summary>
internal sealed class TokenIssuer(DocuChatDbContext database, TenantContext tenant, SigningKeys keys, IOptions<AuthOptions> options, TimeProvider time)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Begins a family. The scope must be bound to the tenant; the caller saves.</summary>
    public TokenPair Begin(User user, SignIn signIn) => Issue(user.Id, signIn, Guid.CreateVersion7());

    /// <summary>Uses a refresh token up and gives its successor; null when it is unknown, expired, revoked or was used before.</summary>
    public async Task<TokenPair?> RotateAsync(string refreshToken, CancellationToken cancellationToken)
    {
        if (await FindAsync(refreshToken, cancellationToken) is not { } found)
            return null;

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Locked, so that of two uses at the same moment one sees the other.
        var token = await database.RefreshTokens.FromSql($"select * from refresh_tokens where id = {found.Id} for update").SingleAsync(cancellationToken);
        var now = time.GetUtcNow();
        var pair = default(TokenPair);
        if (token.UsedAt is not null)
        {
            await RevokeFamilyAsync(token.Family, now, cancellationToken);
        }
        else if (token.RevokedAt is null && token.ExpiresAt > now && await SignInOfAsync(token.UserId, cancellationToken) is { } signIn)
        {
            token.UsedAt = now;
            pair = Issue(token.UserId, signIn, token.Family);
        }
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return pair;
    }

    /// <summary>Ends the family of a refresh token. An unknown one is ended already.</summary>
    public async Task EndAsync(string refreshToken, CancellationToken cancellationToken)
    {
        if (await FindAsync(refreshToken, cancellationToken) is not { } found)
            return;
        var family = await database.RefreshTokens.Where(token => token.Id == found.Id).Select(token => token.Family).SingleAsync(cancellationToken);
        await RevokeFamilyAsync(family, time.GetUtcNow(), cancellationToken);
    }

    private async Task<FoundToken?> FindAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var hash = Secrets.Hash(refreshToken);
        var found = await database.Database.SqlQuery<FoundToken>($"select * from find_refresh_token({hash})").SingleOrDefaultAsync(cancellationToken);
        if (found is not null)
            tenant.Use(found.TenantId);
        return found;
    }

    // The token stays in the tenant that it was issued for; the role is read anew, so that a changed one holds from the next refresh on.
    private Task<SignIn?> SignInOfAsync(Guid userId, CancellationToken cancellationToken) =>
        database
            .Memberships.Where(membership => membership.UserId == userId)
            .Select(membership => new SignIn(membership.TenantId, membership.Tenant!.Slug, membership.Role))
            .SingleOrDefaultAsync(cancellationToken);

    private Task<int> RevokeFamilyAsync(Guid family, DateTimeOffset now, CancellationToken cancellationToken) =>
        database
            .RefreshTokens.Where(token => token.Family == family && token.RevokedAt == null)
            .ExecuteUpdateAsync(token => token.SetProperty(row => row.RevokedAt, now), cancellationToken);

    private TokenPair Issue(Guid userId, SignIn signIn, Guid family)
    {
        var now = time.GetUtcNow();
        var refresh = Secrets.Create();
        database.RefreshTokens.Add(
            new RefreshToken
            {
                TenantId = signIn.TenantId,
                UserId = userId,
                Family = family,
                TokenHash = Secrets.Hash(refresh),
                CreatedAt = now,
                ExpiresAt = now + options.Value.RefreshTokenLifetime,
            }
        );
        return new TokenPair(AccessToken(userId, signIn, now), refresh, "bearer", (int)options.Value.AccessTokenLifetime.TotalSeconds);
    }

    private string AccessToken(Guid userId, SignIn signIn, DateTimeOffset now) =>
        _handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = AuthRegistration.Issuer,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.UtcDateTime,
                Expires = (now + options.Value.AccessTokenLifetime).UtcDateTime,
                SigningCredentials = new SigningCredentials(keys.Current, SecurityAlgorithms.HmacSha256),
                Claims = new Dictionary<string, object>
                {
                    [CurrentUser.UserIdClaim] = userId.ToString(),
                    [CurrentUser.TenantIdClaim] = signIn.TenantId.ToString(),
                    [CurrentUser.TenantSlugClaim] = signIn.Slug,
                    [CurrentUser.RoleClaim] = signIn.Role.ToString(),
                },
            }
        );

    private sealed record FoundToken(Guid Id, Guid TenantId);
}

/// <summary>The tenant that a user signs in to, and what they may do there.</summary>
internal sealed record SignIn(Guid TenantId, string Slug, MemberRole Role);
