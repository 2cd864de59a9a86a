namespace DocuChat.Core.Persistence;

/// <summary>The roles that services work as. Neither owns anything nor bypasses row-level security.</summary>
public static class DatabaseRole
{
    /// <summary>Api and Ingestion: sees one tenant at a time.</summary>
    public const string App = "docuchat_app";

    /// <summary>Billing and the look-up functions: a policy of its own lets it see every tenant.</summary>
    public const string Operator = "docuchat_operator";
}
