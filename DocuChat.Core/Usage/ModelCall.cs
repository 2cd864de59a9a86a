namespace DocuChat.Core.Usage;

/// <summary>
/// One call of a model that is to be charged: what the ledger stores and the metrics count. <see cref="RequestId"/>, <see cref="Kind"/> and
/// <see cref="Attempt"/> together name it within its tenant, so writing it twice charges once.
/// </summary>
/// <param name="RequestId">The question, document version or other piece of work that it was made for.</param>
/// <param name="Kind">What for.</param>
/// <param name="Attempt">From 1; grows when the same work calls a model again and the earlier call is charged too.</param>
/// <param name="ModelAsked">The model that was wanted first.</param>
/// <param name="Model">The model that answered.</param>
/// <param name="TokensIn">Tokens of the prompt or the embedded texts.</param>
/// <param name="TokensOut">Tokens of the answer; 0 for embeddings.</param>
/// <param name="TokenSource">Where the two counts come from.</param>
/// <param name="BeganAt">When the call began: the period that it belongs to.</param>
public sealed record ModelCall(
    Guid RequestId,
    CallKind Kind,
    int Attempt,
    string ModelAsked,
    string Model,
    int TokensIn,
    int TokensOut,
    TokenSource TokenSource,
    DateTimeOffset BeganAt
);

/// <summary>What a call costs, exactly and before any discount.</summary>
/// <param name="PriceVersion">Version of the price list that was valid when the call began.</param>
/// <param name="CostTomans">Price in Tomans.</param>
/// <param name="Added">False when the ledger held the call already: nothing was charged by this writing of it.</param>
public sealed record Charge(int PriceVersion, decimal CostTomans, bool Added);
