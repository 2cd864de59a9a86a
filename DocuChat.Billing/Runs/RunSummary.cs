using System.Globalization;
using DocuChat.Core.Billing;

namespace DocuChat.Billing.Runs;

/// <summary>The lines that a run prints. People read them and scripts may: they do not change with the machine's culture.</summary>
internal sealed class RunSummary(TextWriter output, BillingOptions options, bool dryRun)
{
    public Task BeginAsync(DateTimeOffset now, DateOnly period) =>
        Write($"Starting billing run {TimeZoneInfo.ConvertTime(now, options.Zone):yyyy-MM-dd HH:mm} ({options.TimeZone}), period {period:yyyy-MM-dd}{(dryRun ? ", dry run: nothing is kept" : "")}");

    public Task NoWitnessAsync(string reason) => Write($"No witness: {reason}. The ledger is billed as it is.");

    public Task FoundAsync(int tenants) => Write($"Found usage for {tenants} tenants");

    public Task TenantAsync(string slug, Closing closing) =>
        closing switch
        {
            Closing.Invoiced invoiced => Write($"{Head(slug, invoiced.Invoice)}, {Fate(invoiced)}"),
            Closing.Already { Invoice: { } invoice } => Write($"{Head(slug, invoice)}, invoice {invoice.Id} was there already ({invoice.Status.ToString().ToLowerInvariant()})"),
            _ => Task.CompletedTask,
        };

    public Task FailedAsync(string slug, Exception failure) => Write($"{slug}: failed: {failure.GetBaseException().Message.ReplaceLineEndings(" ")}");

    public Task DoneAsync(int invoices, decimal total, int failed) =>
        Write($"Done: {invoices} invoices, total {total:#,0.00} Tomans{(failed > 0 ? $", {failed} tenants failed" : "")}");

    private static string Head(string slug, Invoice invoice) =>
        string.Create(CultureInfo.InvariantCulture, $"{slug}: {invoice.Tokens:#,0} tokens, {(invoice.Amount > 0 ? invoice.Amount : invoice.CarriedOut):#,0.00} Tomans, {Witness(invoice)}");

    private static string Witness(Invoice invoice) => invoice.Drift is { } drift ? string.Create(CultureInfo.InvariantCulture, $"drift {Math.Round(drift * 100, 1) + 0.0:0.0} %") : "no witness";

    private string Fate(Closing.Invoiced closing)
    {
        var number = closing.Invoice.Id.ToString(CultureInfo.InvariantCulture);
        return closing.Invoice.Status switch
        {
            InvoiceStatus.Carried => "carried to the next invoice",
            InvoiceStatus.Held => $"invoice {(dryRun ? "" : number + " ")}held: {closing.Invoice.StatusReason}; `release {(dryRun ? "INVOICE" : number)}` issues it",
            _ when dryRun => "an invoice would be created",
            _ => $"invoice {number} created, {(closing.Mails > 0 ? "e-mail queued" : "no owner to e-mail")}",
        };
    }

    private Task Write(FormattableString line) => output.WriteLineAsync(line.ToString(CultureInfo.InvariantCulture));
}
