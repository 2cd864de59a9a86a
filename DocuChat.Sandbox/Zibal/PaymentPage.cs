using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using static System.Net.WebUtility;

namespace DocuChat.Sandbox.Zibal;

/// <summary><c>/start/{trackId}</c>: where the payer decides, in Persian and English, and the way back to the merchant.</summary>
internal static class PaymentPage
{
    private static readonly CultureInfo _persian = CultureInfo.GetCultureInfo("fa-IR");

    public static string LinkTo(HttpRequest request, Payment payment) =>
        UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, $"/start/{payment.TrackId.ToString(CultureInfo.InvariantCulture)}");

    public static IResult Show(long trackId, Payments payments) =>
        payments.Find(trackId) switch
        {
            null => Page("پرداختی با این شماره نیست", "There is no payment of this number.", "", StatusCodes.Status404NotFound),
            { Status: ZibalStatus.Waiting } payment => Page("پرداخت آزمایشی", "Test payment: no money moves.", Choice(payment), StatusCodes.Status200OK),
            _ => Page("این پرداخت پایان یافته است", "This payment is over.", "", StatusCodes.Status410Gone),
        };

    public static IResult Pay(long trackId, Payments payments) => Decide(trackId, payments, payment => payment.Pay());

    public static IResult Cancel(long trackId, Payments payments) => Decide(trackId, payments, payment => payment.Cancel());

    private static IResult Decide(long trackId, Payments payments, Func<Payment, ZibalStatus> decide)
    {
        if (payments.Find(trackId) is not { } payment)
            return Show(trackId, payments);
        var status = decide(payment);
        var isPaid = status is ZibalStatus.PaidNotVerified or ZibalStatus.PaidAndVerified;
        var query = new Dictionary<string, string?>
        {
            ["success"] = isPaid ? "1" : "0",
            ["trackId"] = trackId.ToString(CultureInfo.InvariantCulture),
            ["orderId"] = payment.Request.OrderId,
            ["status"] = ((int)status).ToString(CultureInfo.InvariantCulture),
        };
        return TypedResults.Redirect(QueryHelpers.AddQueryString(payment.Request.CallbackUrl!, query.Where(pair => pair.Value is not null)));
    }

    private static string Choice(Payment payment)
    {
        var rows = new StringBuilder();
        Row("مبلغ", "Amount", $"{Digits((payment.Request.Amount / 10m).ToString("#,0.#", CultureInfo.InvariantCulture))} تومان", $"{payment.Request.Amount.ToString("N0", CultureInfo.InvariantCulture)} Rials");
        Row("شماره پیگیری", "Track", Digits(payment.TrackId.ToString(CultureInfo.InvariantCulture)), "");
        if (payment.Request.OrderId is { Length: > 0 } order)
            Row("سفارش", "Order", order, "");
        if (payment.Request.Description is { Length: > 0 } description)
            Row("شرح", "For", description, "");

        return $"""
            <dl>{rows}</dl>
            <form method="post" action="{payment.TrackId}/pay"><button class="pay" id="pay">پرداخت <span lang="en">Pay</span></button></form>
            <form method="post" action="{payment.TrackId}/cancel"><button id="cancel">انصراف <span lang="en">Cancel</span></button></form>
            """;

        void Row(string persian, string english, string value, string note) =>
            rows.Append(
                CultureInfo.InvariantCulture,
                $"""<div><dt>{persian} <span lang="en">{english}</span></dt><dd><bdi>{HtmlEncode(value)}</bdi>{(note.Length > 0 ? $"<small lang=\"en\" dir=\"ltr\">{HtmlEncode(note)}</small>" : "")}</dd></div>"""
            );
    }

    private static string Digits(string number) => string.Concat(number.Select(c => char.IsAsciiDigit(c) ? _persian.NumberFormat.NativeDigits[c - '0'] : c == ',' ? "٬" : c == '.' ? "٫" : c.ToString()));

    private static ContentHttpResult Page(string persian, string english, string body, int status) =>
        TypedResults.Content(
            $$"""
            <!doctype html>
            <html lang="fa" dir="rtl">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{persian}}</title>
            <style>
              :root { color-scheme: light dark; --ink: #1d2733; --dim: #5b6876; --ground: #eef1f4; --card: #fff; --line: #dde3e9; --act: #0a6b4e }
              @media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --dim: #9aa7b4; --ground: #12171d; --card: #1b222a; --line: #2d3742; --act: #12805f } }
              body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 1rem/1.8 Vazirmatn, Tahoma, system-ui, sans-serif }
              main { width: min(26rem, 100% - 2rem); padding: 1.5rem; box-sizing: border-box; background: var(--card); border: 1px solid var(--line); border-radius: 1rem }
              h1 { font-size: 1.25rem; margin: 0 } p { margin: 0 0 1rem; color: var(--dim) } dl { margin: 0 0 1.25rem }
              dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .5rem 0; border-top: 1px solid var(--line) }
              dt, small { color: var(--dim) } dd { margin: 0; text-align: left; overflow-wrap: anywhere } small { display: block }
              button { width: 100%; padding: .7rem; margin-top: .5rem; font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: .6rem; cursor: pointer }
              button.pay { color: #fff; background: var(--act); border-color: var(--act) } button:focus-visible { outline: 3px solid var(--act); outline-offset: 2px }
            </style>
            </head>
            <body><main><h1>{{persian}}</h1><p lang="en" dir="ltr">{{english}}</p>{{body}}</main></body>
            </html>
            """,
            "text/html; charset=utf-8",
            Encoding.UTF8,
            status
        );
}
