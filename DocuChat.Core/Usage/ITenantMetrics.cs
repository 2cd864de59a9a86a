namespace DocuChat.Core.Usage;

/// <summary>Metrics of a feature that have a tenant as label, and so must start at 0 for each tenant.</summary>
public interface ITenantMetrics
{
    /// <summary>Makes every series of the tenant, at 0. Called once a tenant and process.</summary>
    void TenantSeen(string slug);
}
