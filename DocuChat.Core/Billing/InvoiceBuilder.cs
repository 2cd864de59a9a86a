using System.Security.Cryptography;
using System.Text;

namespace DocuChat.Core.Billing;

/// <summary>Gathers an invoice's events into its lines, and the proof over them, in one pass that keeps none of them.</summary>
/// <param name="period">The period that is closed.</param>
/// <param name="zone">The tenant's time zone, which says the day of a late event.</param>
public sealed class InvoiceBuilder(BillingPeriod period, TimeZoneInfo zone) : IDisposable
{
    private readonly Dictionary<LineKey, LineSum> _lines = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _begun;

    /// <summary>Tokens of the events that began in the period: what the witness counts.</summary>
    public long PeriodTokens { get; private set; }

    /// <summary>Tokens of all events.</summary>
    public long Tokens { get; private set; }

    /// <summary>The latest version of the price list among the events; 0 without any.</summary>
    public int PriceVersion { get; private set; }

    /// <summary>How many events were added.</summary>
    public long Events { get; private set; }

    /// <summary>Takes the next event.</summary>
    public void Add(BilledEvent billed)
    {
        Begin();
        _hash.AppendData(Encoding.UTF8.GetBytes(billed.ToCsv()));
        var tokens = (long)billed.TokensIn + billed.TokensOut;
        var isLate = billed.BeganAt < period.Start;
        Events++;
        Tokens += tokens;
        PeriodTokens += isLate ? 0 : tokens;
        PriceVersion = Math.Max(PriceVersion, billed.PriceVersion);

        var key = new LineKey(isLate ? BillingPeriod.DayOf(billed.BeganAt, zone) : null, billed.Model, billed.PriceVersion, billed.Discount);
        var sum = _lines.GetValueOrDefault(key);
        _lines[key] = new LineSum(sum.Calls + 1, sum.TokensIn + billed.TokensIn, sum.TokensOut + billed.TokensOut, sum.ListAmount + billed.ListAmount);
    }

    /// <summary>The lines: the period's own first, then late ones by their day, each by model.</summary>
    public IReadOnlyList<InvoiceLine> Lines(Guid tenantId, Invoice? invoice = null) =>
        [
            .. _lines
                .OrderBy(line => line.Key.LateDay is not null)
                .ThenBy(line => line.Key.LateDay)
                .ThenBy(line => line.Key.Model, StringComparer.Ordinal)
                .ThenBy(line => line.Key.PriceVersion)
                .ThenBy(line => line.Key.Discount)
                .Select((line, index) => new InvoiceLine
                {
                    TenantId = tenantId,
                    Invoice = invoice,
                    Ordinal = index + 1,
                    Kind = line.Key.LateDay is null ? InvoiceLineKind.Usage : InvoiceLineKind.Late,
                    Day = line.Key.LateDay ?? period.Day,
                    Model = line.Key.Model,
                    PriceVersion = line.Key.PriceVersion,
                    Discount = line.Key.Discount,
                    Calls = line.Value.Calls,
                    TokensIn = line.Value.TokensIn,
                    TokensOut = line.Value.TokensOut,
                    ListAmount = line.Value.ListAmount,
                    // The same as the sum of the events' own amounts: a percentage distributes over a sum, and nothing is rounded.
                    Amount = InvoiceMath.Discounted(line.Value.ListAmount, line.Key.Discount),
                }),
        ];

    /// <summary>SHA-256 over the events' list: its header and their lines, as the list is downloaded. Ends the gathering.</summary>
    public byte[] Proof()
    {
        Begin();
        return _hash.GetHashAndReset();
    }

    /// <inheritdoc />
    public void Dispose() => _hash.Dispose();

    private void Begin()
    {
        if (_begun)
            return;
        _begun = true;
        _hash.AppendData(Encoding.UTF8.GetBytes(BilledEvent.CsvHeader));
    }

    private readonly record struct LineKey(DateOnly? LateDay, string Model, int PriceVersion, decimal Discount);

    private readonly record struct LineSum(long Calls, long TokensIn, long TokensOut, decimal ListAmount);
}
