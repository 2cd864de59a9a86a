namespace DocuChat.Core.Persistence;

/// <summary>
/// A row that belongs to one tenant. Its table has row-level security, forced: the services' role sees only the rows of the tenant that
/// the transaction is for, whatever a query forgets.
/// </summary>
public interface ITenantOwned
{
    /// <summary>The tenant that owns the row.</summary>
    Guid TenantId { get; }
}
