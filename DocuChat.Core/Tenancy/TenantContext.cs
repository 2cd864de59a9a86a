namespace DocuChat.Core.Tenancy;

/// <summary>
/// The tenant that the current scope (a request, a document's processing) works for. Every query and transaction of the scope's
/// <see cref="Persistence.DocuChatDbContext"/> is bound to it by row-level security; without one, tenant-owned tables look empty.
/// </summary>
public sealed class TenantContext
{
    /// <summary>The tenant, or null before it is known.</summary>
    public Guid? TenantId { get; private set; }

    /// <summary>The tenant.</summary>
    /// <exception cref="InvalidOperationException">No tenant is known yet.</exception>
    public Guid Required => TenantId ?? throw new InvalidOperationException("This work needs a tenant, and none was set for its scope.");

    /// <summary>Binds the scope to a tenant. A scope serves one tenant only.</summary>
    /// <exception cref="InvalidOperationException">The scope is already bound to another tenant.</exception>
    public void Use(Guid tenantId)
    {
        if (TenantId is { } bound && bound != tenantId)
            throw new InvalidOperationException("A scope cannot change its tenant.");
        TenantId = tenantId;
    }
}
