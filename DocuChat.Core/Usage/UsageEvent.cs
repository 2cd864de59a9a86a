using DocuChat.Core.Persistence;

namespace DocuChat.Core.Usage;

/// <summary>What a model was called for.</summary>
public enum CallKind
{
    Chat,
    QuestionRewrite,
    QuestionEmbedding,
    IngestionEmbedding,

    /// <summary>Vectors that a client asked for, for its own use.</summary>
    ClientEmbedding,
}

/// <summary>Where a token count comes from.</summary>
public enum TokenSource
{
    /// <summary>The provider's own <c>usage</c>.</summary>
    Provider,

    /// <summary>Counted with the tokenizer, because the provider named none.</summary>
    Tokenizer,

    /// <summary>Taken from a reservation whose call never settled.</summary>
    Estimated,
}

/// <summary>
/// One line of the ledger: one call of a model. Append-only; the database refuses an update or a delete. Unique by request, kind and
/// attempt, so that no repeat can charge twice.
/// </summary>
public sealed class UsageEvent : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }
    public Guid? UserId { get; init; }
    public required Guid RequestId { get; init; }
    public required CallKind Kind { get; init; }
    public required int Attempt { get; init; }
    public required string ModelAsked { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    public required int TokensIn { get; init; }
    public required int TokensOut { get; init; }
    public required TokenSource TokenSource { get; init; }

    /// <summary>Version of the price list that <see cref="CostTomans"/> was computed with.</summary>
    public required int PriceVersion { get; init; }

    /// <summary>Exact price in Tomans before any discount.</summary>
    public required decimal CostTomans { get; init; }

    /// <summary>When the call began: the period that it belongs to.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>When it was written; after its period closed it is a late row.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// A call that is under way. It is written before the call and removed by its settlement, so that a crash leaves a visible reservation
/// and never a silent loss.
/// </summary>
public sealed class UsageReservation : ITenantOwned
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TenantId { get; init; }
    public Guid? UserId { get; init; }
    public required Guid RequestId { get; init; }
    public required CallKind Kind { get; init; }
    public required int Attempt { get; init; }
    public required string ModelAsked { get; init; }
    public required string Model { get; set; }

    /// <summary>Tokens set aside for the call: the most that it may use.</summary>
    public required int TokensReserved { get; init; }

    /// <summary>Their price in Tomans, before any discount.</summary>
    public decimal CostReserved { get; init; }

    public int TokensIn { get; set; }

    /// <summary>Tokens that have streamed so far: what an orphan is settled at.</summary>
    public int TokensOut { get; set; }

    public required DateTimeOffset BeganAt { get; init; }
    public DateTimeOffset HeartbeatAt { get; set; }
}

/// <summary>
/// Sums of the ledger by quarter of an hour, so that a usage page never reads the ledger itself. A quarter, because a tenant's day begins at
/// midnight of its own time zone, and zones differ from UTC by quarters (Tehran by 3:30).
/// </summary>
public sealed class UsageRollup : ITenantOwned
{
    public required Guid TenantId { get; init; }

    /// <summary>Beginning of the quarter of an hour in which the calls began.</summary>
    public required DateTimeOffset Quarter { get; init; }

    /// <summary>Who asked; the empty id stands for work that no person asked for.</summary>
    public required Guid UserId { get; init; }
    public required CallKind Kind { get; init; }
    public required string Model { get; init; }
    public long Calls { get; set; }
    public long TokensIn { get; set; }
    public long TokensOut { get; set; }
    public decimal CostTomans { get; set; }
}
