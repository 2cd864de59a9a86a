using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using DocuChat.Core.Billing;
using DocuChat.Core.Tenancy;

namespace DocuChat.Api.Billing;

/// <summary>A page for payers: whole in itself, no script, nothing from elsewhere, and nobody's cache keeps it.</summary>
internal sealed class PayPage : IResult
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly int _status;
    private readonly string _html;
    private readonly Uri? _gateway;

    private PayPage(int status, BillingText words, string title, string body, Uri? gateway = null)
    {
        _status = status;
        _gateway = gateway;
        // Only a page whose address has nothing else to lose offers the other language.
        var other = gateway is null ? "" : $"<a href=\"?lang={words.Other.Language}\" lang=\"{words.Other.Language}\" hreflang=\"{words.Other.Language}\">{words.Other.Name}</a>";
        _html = $"""
            <!doctype html>
            <html lang="{words.Language}" dir="{words.Direction}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encoded(title)} · DocuChat</title>
            <style>{Style}</style>
            </head>
            <body>
            <header><strong>DocuChat</strong>{other}</header>
            <main>
            <h1>{Encoded(title)}</h1>
            {body}
            </main>
            </body>
            </html>
            """;
    }

    /// <summary>Only a heading, a sentence and perhaps the way to the Web.</summary>
    public static PayPage Message(BillingText words, int status, string title, string note, Uri? web = null) => new(status, words, title, $"<p>{Encoded(note)}</p>{ToWeb(words, web, isFirst: true)}");

    /// <summary>The invoice, and the button while there is something to pay.</summary>
    /// <param name="words">The language.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="invoice">The invoice.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="payment">The payment that settled it, if one did.</param>
    /// <param name="gateway">Where the button leads to in the end.</param>
    public static PayPage Invoice(BillingText words, Tenant tenant, Invoice invoice, IReadOnlyList<InvoiceLine> lines, PaymentAttempt? payment, Uri gateway)
    {
        var body = new StringBuilder();
        if (!invoice.IsPayable)
            body.Append(Note(TitleOf(words, invoice.Status), NoteOf(words, invoice.Status)));
        body.Append(Facts(FactsOf(words, tenant, invoice, payment))).Append(Table(words, lines));
        if (invoice.IsPayable)
            body.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"?lang={words.Language}\"><button>{Encoded(words.Pay)} <bdi>{Encoded(words.Tomans(invoice.Amount))}</bdi></button><p class=\"quiet\">{Encoded(words.PayNote)}</p></form>");
        return new PayPage(StatusCodes.Status200OK, words, words.InvoiceTitle(invoice.Id), body.ToString(), gateway);
    }

    /// <summary>How a payment ended; with the invoice only in the browser that went to pay it, and the way to the Web, which asks who one is.</summary>
    public static PayPage Outcome(BillingText words, Tenant tenant, PaymentAttempt attempt, Invoice? invoice, string? token, Uri? web)
    {
        var (title, note) = attempt.Status switch
        {
            PaymentStatus.Paid => (words.PaidTitle, words.PaidNote),
            PaymentStatus.Failed => (words.FailedTitle, words.FailedNote),
            PaymentStatus.RefundDue or PaymentStatus.Refunded => (words.RefundTitle, words.RefundNote),
            _ => (words.CheckingTitle, words.CheckingNote),
        };
        var body = new StringBuilder($"<p>{Encoded(note)}</p>");
        if (invoice is not null)
            body.Append(Facts(FactsOf(words, tenant, invoice, attempt.Status == PaymentStatus.Paid ? attempt : null)));
        if (token is not null && attempt.Status == PaymentStatus.Failed)
            body.Append(CultureInfo.InvariantCulture, $"<p><a class=\"button\" href=\"../pay/{Encoded(token)}\">{Encoded(words.TryAgain)}</a></p>");
        body.Append(ToWeb(words, web, isFirst: token is null || attempt.Status != PaymentStatus.Failed));
        return new PayPage(StatusCodes.Status200OK, words, title, body.ToString());
    }

    public static string TitleOf(BillingText words, InvoiceStatus status) =>
        status switch
        {
            InvoiceStatus.Paid => words.PaidTitle,
            InvoiceStatus.Held => words.HeldTitle,
            InvoiceStatus.Void => words.VoidTitle,
            _ => words.Invoice,
        };

    private static string NoteOf(BillingText words, InvoiceStatus status) =>
        status switch
        {
            InvoiceStatus.Paid => words.PaidNote,
            InvoiceStatus.Held => words.HeldNote,
            _ => words.VoidNote,
        };

    private static IEnumerable<(string Name, string Value)> FactsOf(BillingText words, Tenant tenant, Invoice invoice, PaymentAttempt? payment)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(tenant.TimeZone);
        yield return (words.Organisation, tenant.Name);
        yield return (words.Invoice, words.Number(invoice.Id));
        yield return (words.Period, words.Date(invoice.Period));
        yield return (words.Tokens, words.Number(invoice.Tokens));
        if (invoice.CarriedIn != 0)
            yield return (words.CarriedIn, words.Tomans(invoice.CarriedIn));
        yield return (invoice.PaidAt is null ? words.Amount : words.AmountPaid, words.Tomans(invoice.Amount));
        if (invoice is { IsPayable: true, DueAt: { } due })
            yield return (words.DueAt, words.Moment(due, zone));
        if (invoice.PaidAt is { } paid)
            yield return (words.PaidAt, words.Moment(paid, zone));
        if (payment?.Reference is { } reference)
            yield return (words.Reference, reference);
        if (payment?.Card is { } card)
            yield return (words.Card, card);
    }

    private static string Facts(IEnumerable<(string Name, string Value)> facts) =>
        $"<dl>{string.Concat(facts.Select(fact => $"<div><dt>{Encoded(fact.Name)}</dt><dd><bdi>{Encoded(fact.Value)}</bdi></dd></div>"))}</dl>";

    private static string Table(BillingText words, IReadOnlyList<InvoiceLine> lines)
    {
        if (lines.Count == 0)
            return "";
        var rows = lines.Select(line =>
        {
            var what = line.Kind switch
            {
                InvoiceLineKind.Late => $"{line.Model}, {words.Late} {words.Date(line.Day)}",
                InvoiceLineKind.Credit => $"{words.Credit}: {line.Note}",
                _ => line.Model!,
            };
            return $"<tr><td><bdi>{Encoded(what)}</bdi></td><td>{words.Number(line.TokensIn)}</td><td>{words.Number(line.TokensOut)}</td><td><bdi>{Encoded(words.Tomans(line.Amount))}</bdi></td></tr>";
        });
        return $"<div class=\"scroll\"><table><thead><tr><th scope=\"col\">{words.Model}</th><th scope=\"col\">{words.TokensIn}</th><th scope=\"col\">{words.TokensOut}</th><th scope=\"col\">{words.Amount}</th></tr></thead><tbody>{string.Concat(rows)}</tbody></table></div>";
    }

    private static string ToWeb(BillingText words, Uri? web, bool isFirst) =>
        web is null ? "" : $"<p class=\"quiet\"><a{(isFirst ? " class=\"button\"" : "")} href=\"{Encoded(web.ToString())}\">{Encoded(words.ToWeb)}</a></p>";

    private static string Note(string title, string note) => $"<p class=\"note\"><strong>{Encoded(title)}.</strong> {Encoded(note)}</p>";

    private static string Encoded(string text) => Encoder.Encode(text);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        // The link is the payer's key: it goes to no other site, and into no search engine.
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src '{StyleHash}'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'{(_gateway is null ? "" : " " + _gateway.GetLeftPart(UriPartial.Authority))}";
        return HttpMethods.IsHead(httpContext.Request.Method) ? Task.CompletedTask : response.WriteAsync(_html, httpContext.RequestAborted);
    }

    private const string Style =
        "*{box-sizing:border-box}body{margin:0;background:#f4f5f7;color:#1b2430;font:16px/1.8 Vazirmatn,Tahoma,'Segoe UI',Arial,sans-serif}"
        + "header{display:flex;justify-content:space-between;max-width:640px;margin:0 auto;padding:20px 24px}header a{color:#0f5f59}"
        + "main{max-width:640px;margin:0 auto 40px;padding:24px;background:#fff;border-radius:12px;box-shadow:0 1px 3px rgba(16,24,40,.12)}"
        + "h1{font-size:1.4rem;margin:0 0 16px;line-height:1.5}dl{margin:0 0 16px}dl div{display:flex;justify-content:space-between;gap:16px;padding:6px 0;border-bottom:1px solid #e6e8ec}"
        + "dt{color:#4b5563}dd{margin:0;font-weight:600;text-align:end}.scroll{overflow-x:auto}table{width:100%;border-collapse:collapse;margin:0 0 16px;font-size:.92rem}"
        + "th,td{padding:6px 4px;text-align:start;border-bottom:1px solid #e6e8ec;font-weight:400}th{color:#4b5563}"
        + "button,.button{display:block;width:100%;padding:12px 24px;border:0;border-radius:8px;background:#0f766e;color:#fff;font:inherit;font-weight:700;text-align:center;text-decoration:none;cursor:pointer}"
        + "button:focus-visible,a:focus-visible{outline:3px solid #f59e0b;outline-offset:2px}.quiet{color:#4b5563;font-size:.9rem;text-align:center}.note{background:#ecfdf5;border-radius:8px;padding:12px 16px}"
        + "@media(prefers-color-scheme:dark){body{background:#0f1720;color:#e5e7eb}main{background:#18212c}header a{color:#5eead4}dt,th,.quiet{color:#b6bfca}dl div,th,td{border-color:#2b3644}.note{background:#10352f}}";

    private static readonly string StyleHash = string.Create(CultureInfo.InvariantCulture, $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}");
}
