namespace DocuChat.Core.Tenancy;

/// <summary>An organisation, or a person alone, that owns documents and pays for tokens.</summary>
public sealed class Tenant
{
    /// <summary>Number of shards that small tenants share.</summary>
    public const int SharedShards = 16;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Unique, lower case, safe in a URL and as a metric's label: <c>demo-corp</c>.</summary>
    public required string Slug { get; set; }

    public required string Name { get; set; }

    /// <summary>Language of e-mails and invoices: <c>fa</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "fa";

    /// <summary>IANA time zone in which the tenant's days begin and end.</summary>
    public string TimeZone { get; set; } = "Asia/Tehran";

    /// <summary>Partition that holds the tenant's vectors: a shared one (0 to 15) while it is small, one of its own when it is large.</summary>
    public int Shard { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the tenant's last document was taken up by a worker: the one served least recently is next.</summary>
    public DateTimeOffset? IngestionServedAt { get; set; }

    /// <summary>The shared shard that a new tenant begins in: spread by the random part of its id.</summary>
    public static int SharedShardOf(Guid tenantId) => tenantId.ToByteArray()[15] % SharedShards;
}
