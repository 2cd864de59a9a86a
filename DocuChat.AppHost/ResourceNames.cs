namespace DocuChat.AppHost;

/// <summary>What the parts of the system are called: in the dashboard, in Kubernetes and in tests.</summary>
public static class ResourceNames
{
    public const string Postgres = "postgres";
    public const string Redis = "redis";
    public const string Prometheus = "prometheus";
    public const string Grafana = "grafana";
    public const string Mail = "mail";
    public const string Migrate = "migrate";
    public const string Sandbox = "sandbox";
    public const string Api = "api";
    public const string Ingestion = "ingestion";
    public const string Billing = "billing";
    public const string Web = "web";

    /// <summary>The connection string of the database, which lies in <see cref="Postgres"/>.</summary>
    public const string Database = "docuchat";
}
