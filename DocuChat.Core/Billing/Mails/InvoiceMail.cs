using System.Text;
using DocuChat.Core.Notifications;
using DocuChat.Core.Tenancy;

namespace DocuChat.Core.Billing.Mails;

/// <summary>One e-mail about an invoice, as HTML and as text: the same words in both.</summary>
internal sealed record InvoiceMail(BillingText Words, string Subject, string Introduction, Tenant Tenant, Invoice Invoice)
{
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
            Facts().Select(fact => $"<tr><td style=\"padding:6px 12px;color:#5b6472\">{MailPage.Encoded(fact.Name)}</td><td style=\"padding:6px 12px;font-weight:600\"><bdi>{MailPage.Encoded(fact.Value)}</bdi></td></tr>")
        );
        return MailPage.Of(
            Words.Language,
            Words.InvoiceTitle(Invoice.Id),
            $"""
            <p>{MailPage.Encoded(Words.Greeting(Tenant.Name))}</p>
            <p>{MailPage.Encoded(Introduction)}</p>
            <table role="presentation" style="border-collapse:collapse;background:#f4f5f7;border-radius:8px">{rows}</table>
            {(PayLink is null ? "" : MailPage.Button(PayLink, Words.Pay))}
            """
        );
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
}
