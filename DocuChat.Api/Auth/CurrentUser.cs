using System.Security.Claims;
using DocuChat.Core.Tenancy;

namespace DocuChat.Api.Auth;

/// <summary>Who calls, for which tenant and in which role: read from the access token or the API key.</summary>
public sealed class CurrentUser(IHttpContextAccessor accessor)
{
    internal const string TenantIdClaim = "tid";
    internal const string TenantSlugClaim = "tenant";
    internal const string RoleClaim = "role";
    internal const string UserIdClaim = "sub";

    private ClaimsPrincipal Principal => accessor.HttpContext?.User ?? throw new InvalidOperationException("There is no request.");

    public Guid UserId => Guid.Parse(Value(UserIdClaim));

    public Guid TenantId => Guid.Parse(Value(TenantIdClaim));

    public string TenantSlug => Value(TenantSlugClaim);

    public MemberRole Role => Enum.Parse<MemberRole>(Value(RoleClaim), ignoreCase: true);

    private string Value(string claim) => Principal.FindFirstValue(claim) ?? throw new InvalidOperationException($"The caller has no {claim}: the endpoint must require authorization.");
}
