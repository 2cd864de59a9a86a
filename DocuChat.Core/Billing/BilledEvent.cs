using System.Globalization;
using DocuChat.Core.Usage;

namespace DocuChat.Core.Billing;

/// <summary>A line of the ledger as an invoice counts it.</summary>
/// <param name="Id">Its number in the ledger.</param>
/// <param name="RequestId">The piece of work that the call was made for.</param>
/// <param name="Kind">What for.</param>
/// <param name="Attempt">Which call of that work.</param>
/// <param name="Model">The model that answered.</param>
/// <param name="TokensIn">Tokens read.</param>
/// <param name="TokensOut">Tokens written.</param>
/// <param name="TokenSource">Who counted them.</param>
/// <param name="PriceVersion">Version of the price list.</param>
/// <param name="ListAmount">Tomans before the discount.</param>
/// <param name="Discount">Percent off.</param>
/// <param name="BeganAt">When the call began.</param>
public sealed record BilledEvent(
    long Id,
    Guid RequestId,
    CallKind Kind,
    int Attempt,
    string Model,
    int TokensIn,
    int TokensOut,
    TokenSource TokenSource,
    int PriceVersion,
    decimal ListAmount,
    decimal Discount,
    DateTimeOffset BeganAt
)
{
    /// <summary>First line of the list of an invoice's events.</summary>
    public const string CsvHeader = "id,request_id,kind,attempt,model,tokens_in,tokens_out,token_source,price_version,list_tomans,discount_percent,amount_tomans,began_at\n";

    /// <summary>Exact Tomans after the discount.</summary>
    public decimal Amount => InvoiceMath.Discounted(ListAmount, Discount);

    /// <summary>Its line in the list. The invoice keeps a SHA-256 over these very characters in UTF-8, so they never change.</summary>
    public string ToCsv() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Id},{RequestId},{Kind},{Attempt},{Quoted(Model)},{TokensIn},{TokensOut},{TokenSource},{PriceVersion},{ListAmount:0.######},{Discount:0.##},{Amount:0.##########},{BeganAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}\n"
        );

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
