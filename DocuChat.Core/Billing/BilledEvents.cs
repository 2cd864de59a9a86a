using System.Runtime.CompilerServices;
using DocuChat.Core.Usage;
using Npgsql;

namespace DocuChat.Core.Billing;

/// <summary>
/// Which lines of the ledger an invoice is made of. Those of its period that were there when it was closed; and those that began earlier and
/// came after the invoice before was closed. The ledger's numbers tell what was there, so the answer is the same for ever.
/// </summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Start">First moment of the period.</param>
/// <param name="End">First moment after it.</param>
/// <param name="LedgerFrom">Highest number that was there when the invoice before was closed.</param>
/// <param name="LedgerTo">Highest number that was there when this one was.</param>
/// <param name="Discounts">The tenant's discounts.</param>
public sealed record BilledEvents(Guid TenantId, DateTimeOffset Start, DateTimeOffset End, long LedgerFrom, long LedgerTo, IReadOnlyList<DiscountSegment> Discounts)
{
    /// <summary>The events of an invoice that was written.</summary>
    public static BilledEvents Of(Invoice invoice, IReadOnlyCollection<TenantDiscount> discounts) =>
        new(invoice.TenantId, invoice.PeriodStart, invoice.PeriodEnd, invoice.LedgerFrom, invoice.LedgerTo, DiscountSegments.Of(discounts));

    /// <summary>Reads them in the order of their numbers, one at a time.</summary>
    /// <param name="connection">An open connection that may see the tenant.</param>
    /// <param name="transaction">Its transaction, or null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async IAsyncEnumerable<BilledEvent> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Two ranges of two indexes; they never overlap, because the second ends where the first begins.
        await using var command = new NpgsqlCommand(
            """
            select id, request_id, kind, attempt, model, tokens_in, tokens_out, token_source, price_version, cost_tomans, began_at
            from usage_events
            where tenant_id = $1 and began_at >= $2 and began_at < $3 and id <= $5
            union all
            select id, request_id, kind, attempt, model, tokens_in, tokens_out, token_source, price_version, cost_tomans, began_at
            from usage_events
            where tenant_id = $1 and id > $4 and id <= $5 and began_at < $2
            order by id
            """,
            connection,
            transaction
        )
        {
            Parameters =
            {
                new() { Value = TenantId },
                new() { Value = Start.ToUniversalTime() },
                new() { Value = End.ToUniversalTime() },
                new() { Value = LedgerFrom },
                new() { Value = LedgerTo },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var words = new Words();
        while (await reader.ReadAsync(cancellationToken))
        {
            var began = reader.GetFieldValue<DateTimeOffset>(10);
            yield return new BilledEvent(
                reader.GetInt64(0),
                reader.GetGuid(1),
                words.Kind(reader.GetString(2)),
                reader.GetInt32(3),
                words.Model(reader.GetString(4)),
                reader.GetInt32(5),
                reader.GetInt32(6),
                words.Source(reader.GetString(7)),
                reader.GetInt32(8),
                reader.GetDecimal(9),
                DiscountSegments.At(Discounts, began),
                began
            );
        }
    }

    // A ledger has few different words: parsing each a million times would be most of the work.
    private sealed class Words
    {
        private readonly Dictionary<string, CallKind> _kinds = new(StringComparer.Ordinal);
        private readonly Dictionary<string, TokenSource> _sources = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _models = new(StringComparer.Ordinal);

        public CallKind Kind(string text) => _kinds.TryGetValue(text, out var known) ? known : _kinds[text] = Enum.Parse<CallKind>(text);

        public TokenSource Source(string text) => _sources.TryGetValue(text, out var known) ? known : _sources[text] = Enum.Parse<TokenSource>(text);

        public string Model(string text) => _models.TryGetValue(text, out var known) ? known : _models[text] = text;
    }
}
