namespace DocuChat.Core.Billing;

/// <summary>What an invoice comes to. Amounts are Tomans.</summary>
/// <param name="Subtotal">Exact sum of the lines.</param>
/// <param name="CarriedIn">From the invoice before.</param>
/// <param name="Amount">To be paid: whole Rials, or 0.</param>
/// <param name="CarriedOut">To the next invoice.</param>
public sealed record InvoiceSum(decimal Subtotal, decimal CarriedIn, decimal Amount, decimal CarriedOut);

/// <summary>
/// The arithmetic of invoices. All of it is decimal and exact: a line is what its tokens cost, to the last digit; the invoice is rounded once,
/// down to whole Rials; what that leaves over is carried to the next invoice, and so is all of it where it is no more than the gateway takes.
/// So at any time: Σ priced events = Σ invoiced + carried.
/// </summary>
public static class InvoiceMath
{
    /// <summary>Rials in a Toman.</summary>
    public const int RialsPerToman = 10;

    /// <summary><paramref name="list"/> less <paramref name="percent"/> per cent, exactly.</summary>
    /// <param name="list">Price in Tomans, of at most 6 decimals.</param>
    /// <param name="percent">From 0 to 100, of at most 2 decimals.</param>
    /// <returns>Tomans, of at most 10 decimals.</returns>
    public static decimal Discounted(decimal list, decimal percent) => list * (100m - percent) / 100m;

    /// <summary>Sums an invoice up.</summary>
    /// <param name="carriedIn">What the invoice before left over, in Tomans; negative where a credit was not used up.</param>
    /// <param name="lines">Exact amounts of the lines, in Tomans.</param>
    /// <param name="minimumRials">The gateway takes more than this, never less or equal.</param>
    public static InvoiceSum Sum(decimal carriedIn, IEnumerable<decimal> lines, long minimumRials)
    {
        var subtotal = lines.Sum();
        var due = carriedIn + subtotal;
        var wholeRials = decimal.Floor(due * RialsPerToman);
        var amount = wholeRials > minimumRials ? wholeRials / RialsPerToman : 0m;
        return new InvoiceSum(subtotal, carriedIn, amount, due - amount);
    }

    /// <summary>Whole Rials of an invoice's amount, as the gateway wants them.</summary>
    public static long ToRials(decimal tomans) => decimal.ToInt64(tomans * RialsPerToman);

    /// <summary>How far the witness is from the ledger, as a share of the ledger; 1 where the ledger has nothing and the witness something.</summary>
    public static double Drift(double witness, long ledger) =>
        ledger == 0
            ? witness == 0 ? 0 : 1
            : (witness - ledger) / ledger;

    /// <summary>The middle value; of two, their mean.</summary>
    /// <param name="values">At least one.</param>
    public static decimal Median(IReadOnlyCollection<decimal> values)
    {
        var ordered = values.Order().ToList();
        var middle = ordered.Count / 2;
        return ordered.Count % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
    }
}
