namespace DocuChat.Core.Billing;

/// <summary>Direction of tokens, as seen from the model.</summary>
public enum TokenDirection
{
    In,
    Out,
}

/// <summary>One price of one version of the price list. A null model stands for every model that the version does not name.</summary>
public sealed class Price
{
    /// <summary>Default price in Tomans for 1,000 tokens.</summary>
    public const decimal DefaultTomansPerThousandTokens = 20m;

    public long Id { get; init; }
    public required int Version { get; init; }
    public string? Model { get; init; }
    public required TokenDirection Direction { get; init; }
    public required decimal TomansPerThousandTokens { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }
}
