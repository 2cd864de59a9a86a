using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using DocuChat.Core.Tenancy;

namespace DocuChat.Core.Billing.Mails;

/// <summary>One e-mail about an invoice, as HTML and as text: the same words in both.</summary>
internal sealed record InvoiceMail(BillingText Words, string Subject, string Introduction, Tenant Tenant, Invoice Invoice)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public Uri? PayLink { get; init; }

    public PaymentAttempt? Payment { get; init; }

    public string ToText()
    {
        var text = new StringBuilder().AppendLine(Words.Greeting(Tenant.Name)).AppendLine().AppendLine(Introduction).AppendLine();
        foreach (var (name, value) in Facts())
            text.Append(name).Append(": ").AppendLine(value);
        if (PayLink is not null)
            text.AppendLine().Append(Words.Pay).Append(": ").AppendLine(PayLink.ToString());
        return text.AppendLine().AppendLine("DocuChat").ToString();
    }

    public string ToHtml()
    {
        var rows = string.Concat(
            Facts().Select(fact => $"<tr><td style=\"padding:6px 12px;color:#5b6472\">{Encoded(fact.Name)}</td><td style=\"padding:6px 12px;font-weight:600\"><bdi>{Encoded(fact.Value)}</bdi></td></tr>")
        );
        var button = PayLink is null
            ? ""
            : $"<p style=\"margin:24px 0\"><a href=\"{Encoded(PayLink.ToString())}\" style=\"background:#0f766e;color:#ffffff;padding:12px 32px;border-radius:8px;text-decoration:none;font-weight:700\">{Encoded(Words.Pay)}</a></p>";
        return $"""
            <!doctype html>
            <html lang="{Words.Language}" dir="{Words.Direction}">
            <head><meta charset="utf-8"><title>{Encoded(Subject)}</title></head>
            <body style="margin:0;background:#f4f5f7">
            <div dir="{Words.Direction}" style="max-width:560px;margin:0 auto;padding:32px 24px;background:#ffffff;color:#1b2430;font:16px/1.8 Vazirmatn,Tahoma,Arial,sans-serif">
            <h1 style="font-size:20px;margin:0 0 16px">{Encoded(Words.InvoiceTitle(Invoice.Id))}</h1>
            <p>{Encoded(Words.Greeting(Tenant.Name))}</p>
            <p>{Encoded(Introduction)}</p>
            <table role="presentation" style="border-collapse:collapse;background:#f4f5f7;border-radius:8px">{rows}</table>
            {button}
            <p style="color:#5b6472;font-size:13px">DocuChat</p>
            </div>
            </body>
            </html>
            """;
    }

    private IEnumerable<(string Name, string Value)> Facts()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Tenant.TimeZone);
        yield return (Words.Invoice, Words.Number(Invoice.Id));
        yield return (Words.Period, Words.Date(Invoice.Period));
        yield return (Words.Tokens, Words.Number(Invoice.Tokens));
        yield return (Payment is null ? Words.Amount : Words.AmountPaid, Words.Tomans(Invoice.Amount));
        if (Payment is null && Invoice.DueAt is { } due)
            yield return (Words.DueAt, Words.Moment(due, zone));
        if (Invoice.PaidAt is { } paid)
            yield return (Words.PaidAt, Words.Moment(paid, zone));
        if (Payment?.Reference is { } reference)
            yield return (Words.Reference, reference);
    }

    private static string Encoded(string text) => Encoder.Encode(text);
}
