using DocuChat.Web.Api;

namespace DocuChat.Web.Session;

/// <summary>
/// Access tokens that are good for a while yet. The Api rotates refresh tokens and takes a second use of one for theft, so two tabs (or
/// two replicas) must never renew at once: who renews holds the session's lock in Redis, the others wait and read what it brought.
/// </summary>
internal sealed class AccessTokens(SessionStore store, AuthApi auth, TimeProvider time, ILogger<AccessTokens> logger)
{
    /// <summary>A token is renewed when less than this is left of it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    /// <summary>Longer than <see cref="AuthApi"/> lets a renewal last, so that a lock never ends under its holder.</summary>
    private static readonly TimeSpan Lease = AuthApi.Patience + TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>A good access token of the session.</summary>
    /// <param name="id">The session.</param>
    /// <param name="refused">A token that the Api has just refused, which is not good whatever its time says.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="SignInExpiredException">The session is over.</exception>
    public async Task<string> GetAsync(string id, string? refused, CancellationToken ct)
    {
        while (true)
        {
            if (await FindGoodAsync(id, refused, ct) is { } good)
                return good;

            await using var held = await store.TryLockAsync(id, Lease, ct);
            if (held is null)
            {
                await Task.Delay(Pause, time, ct);
                continue;
            }

            // Another may have renewed between the look and the lock.
            return await FindGoodAsync(id, refused, ct) ?? await RenewAsync(id);
        }
    }

    private async Task<string?> FindGoodAsync(string id, string? refused, CancellationToken ct)
    {
        var session = await store.FindAsync(id, ct) ?? throw new SignInExpiredException();
        return session.AccessToken != refused && session.AccessTokenExpiresAt - time.GetUtcNow() > Margin ? session.AccessToken : null;
    }

    // Not cancelled with the caller: a renewal that is given up half-way leaves the Api with a new token and the store with a used one.
    private async Task<string> RenewAsync(string id)
    {
        var session = await store.FindAsync(id, CancellationToken.None) ?? throw new SignInExpiredException();
        try
        {
            var tokens = await auth.RefreshAsync(session.RefreshToken, CancellationToken.None);
            var renewed = session with { AccessToken = tokens.AccessToken, AccessTokenExpiresAt = tokens.ExpiresAt(time.GetUtcNow()), RefreshToken = tokens.RefreshToken };
            await store.ReplaceAsync(id, renewed, CancellationToken.None);
            return renewed.AccessToken;
        }
        catch (ApiException exception) when (exception.Status is 400 or 401 or 403)
        {
            logger.SessionEnded(exception.Status);
            await store.DeleteAsync(id, CancellationToken.None);
            throw new SignInExpiredException();
        }
    }
}
