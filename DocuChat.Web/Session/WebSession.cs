namespace DocuChat.Web.Session;

/// <summary>What the Web keeps of a sign-in, in Redis and nowhere else: the browser never sees a token.</summary>
internal sealed record WebSession(string AccessToken, DateTimeOffset AccessTokenExpiresAt, string RefreshToken, Profile Profile);

/// <summary>The person and the organisation, as <c>/auth/me</c> tells.</summary>
internal sealed record Profile(ProfileUser User, ProfileTenant Tenant, string? Role)
{
    /// <summary>Sees what is the organisation's own matter: its invoices, its members. The Api decides; this only spares a way that ends in a refusal.</summary>
    public bool IsAdministrator => Role is "owner" or "admin";
}

internal sealed record ProfileUser(Guid Id, string Email, string? FullName)
{
    public string Shown => string.IsNullOrWhiteSpace(FullName) ? Email : FullName;
}

internal sealed record ProfileTenant(Guid Id, string? Slug, string? Name, string? Language = null, string? TimeZone = null)
{
    public string Shown => Name ?? Slug ?? "";
}

/// <summary>Tokens as <c>/auth/login</c> and <c>/auth/refresh</c> answer; <c>ExpiresIn</c> is in seconds.</summary>
internal sealed record TokenAnswer(string AccessToken, string RefreshToken, string? TokenType, int ExpiresIn)
{
    public DateTimeOffset ExpiresAt(DateTimeOffset now) => now.AddSeconds(ExpiresIn);
}
