using System.Globalization;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Usage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DocuChat.Billing.Commands;

/// <summary>What a verification found, in lines for people, and whether the invoice holds.</summary>
internal sealed record Findings(IReadOnlyList<string> Lines, bool Holds);

/// <summary>
/// Computes an invoice again: from the ledger's events, the price list and the discounts, trusting neither the costs that the ledger kept nor the
/// invoice's lines.
/// </summary>
internal sealed class InvoiceVerification(DocuChatDbContext database)
{
    /// <summary>Compares everything that the invoice says with what it should say.</summary>
    public async Task<Findings> VerifyAsync(long id, CancellationToken cancellationToken)
    {
        if (await database.Invoices.AsNoTracking().SingleOrDefaultAsync(invoice => invoice.Id == id, cancellationToken) is not { } invoice)
            return new Findings([Say($"There is no invoice {id}.")], false);
        var tenant = await database.Tenants.AsNoTracking().SingleAsync(tenant => tenant.Id == invoice.TenantId, cancellationToken);
        var discounts = await database.TenantDiscounts.AsNoTracking().Where(discount => discount.TenantId == tenant.Id && discount.CreatedAt <= invoice.CreatedAt).ToListAsync(cancellationToken);
        var prices = (await database.Prices.AsNoTracking().ToListAsync(cancellationToken)).GroupBy(price => price.Version).ToDictionary(group => group.Key, group => new PriceVersion(group.Key, [.. group]));
        var zone = TimeZoneInfo.FindSystemTimeZoneById(tenant.TimeZone);
        using var builder = new InvoiceBuilder(new BillingPeriod(invoice.Period, invoice.PeriodStart, invoice.PeriodEnd), zone);
        var wrongPrices = 0L;

        await database.Database.OpenConnectionAsync(cancellationToken);
        await foreach (var billed in BilledEvents.Of(invoice, discounts).ReadAsync((NpgsqlConnection)database.Database.GetDbConnection(), null, cancellationToken))
        {
            builder.Add(billed);
            if (prices[billed.PriceVersion].Cost(billed.Model, billed.TokensIn, billed.TokensOut) != billed.ListAmount)
                wrongPrices++;
        }

        var kept = await database.InvoiceLines.AsNoTracking().Where(line => line.InvoiceId == id).OrderBy(line => line.Ordinal).ToListAsync(cancellationToken);
        var lines = builder.Lines(tenant.Id);
        var sum = InvoiceMath.Sum(invoice.CarriedIn, [.. lines.Select(line => line.Amount), .. kept.Where(line => line.Kind == InvoiceLineKind.Credit).Select(line => line.Amount)], minimumRials: 0);
        var checks = new List<(string What, bool Holds, string Detail)>
        {
            ("events", builder.Proof().AsSpan().SequenceEqual(invoice.EventsSha256), Say($"{builder.Events:#,0} events, SHA-256 {Convert.ToHexStringLower(invoice.EventsSha256)}")),
            ("prices", wrongPrices == 0, Say($"{wrongPrices} events cost other than the price list says")),
            ("tokens", builder.Tokens == invoice.Tokens, Say($"{builder.Tokens:#,0} counted, {invoice.Tokens:#,0} billed")),
            ("lines", Same(lines, [.. kept.Where(line => line.Kind != InvoiceLineKind.Credit)]), Say($"{lines.Count} lines")),
            ("subtotal", sum.Subtotal == invoice.Subtotal, Say($"{sum.Subtotal:#,0.00########} computed, {invoice.Subtotal:#,0.00########} billed")),
            // An invoice whose sum the gateway would not take is carried whole: then there is nothing to compare but the sum.
            ("amount", invoice.Status == InvoiceStatus.Carried ? invoice.Amount == 0 : sum.Amount == invoice.Amount, Say($"{invoice.Amount:#,0.00} Tomans to pay")),
            ("carried", invoice.CarriedIn + invoice.Subtotal == invoice.Amount + invoice.CarriedOut, Say($"{invoice.CarriedIn:0.00########} in, {invoice.CarriedOut:0.00########} out")),
        };
        var holds = checks.TrueForAll(check => check.Holds);
        return new Findings(
            [
                Say($"Invoice {invoice.Id} of {tenant.Slug}, period {invoice.Period:yyyy-MM-dd}, {invoice.Status.ToString().ToLowerInvariant()}"),
                .. checks.Select(check => Say($"{(check.Holds ? "ok   " : "WRONG")} {check.What}: {check.Detail}")),
                holds ? "The invoice holds." : "The invoice does not hold: it was not computed from this ledger.",
            ],
            holds
        );
    }

    private static bool Same(IReadOnlyList<InvoiceLine> computed, IReadOnlyList<InvoiceLine> kept) =>
        computed.Select(Content).SequenceEqual(kept.Select(Content));

    private static (InvoiceLineKind, DateOnly, string?, int?, decimal, long, long, long, decimal, decimal) Content(InvoiceLine line) =>
        (line.Kind, line.Day, line.Model, line.PriceVersion, line.Discount, line.Calls, line.TokensIn, line.TokensOut, line.ListAmount, line.Amount);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
