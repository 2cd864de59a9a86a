using System.Globalization;
using DocuChat.Core.Billing;
using DocuChat.Core.Billing.Payments;
using DocuChat.Core.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.Billing;

/// <summary>
/// The payer's way, without signing in: the link of the e-mail, the gateway, and back. Looking never changes anything, because mail scanners look
/// too; only the button's POST opens a payment.
/// </summary>
internal static class PayApi
{
    /// <summary>Remembers in the payer's own browser which invoice it went to pay, so that only there the return shows more than how it ended.</summary>
    private const string Cookie = "docuchat_pay";

    public static void MapPayApi(this IEndpointRouteBuilder api)
    {
        api.MapMethods("/pay/{token}", [HttpMethods.Get, HttpMethods.Head], ShowAsync).WithTags("Billing").AllowAnonymous().WithSummary("A page with the invoice and a button").Produces(200, contentType: "text/html");
        api.MapPost("/pay/{token}", PayAsync).WithTags("Billing").AllowAnonymous().WithSummary("Opens a payment and sends the payer to the gateway");
        api.MapGet("/billing/callback", ReturnAsync).WithTags("Billing").AllowAnonymous().WithSummary("Where the gateway sends the payer back to").Produces(200, contentType: "text/html");
    }

    private static async Task<PayPage> ShowAsync(
        string token,
        PayDoor door,
        DocuChatDbContext database,
        IOptions<ZibalOptions> zibal,
        IOptions<BillingOptions> billing,
        CancellationToken cancellationToken,
        string? lang = null
    )
    {
        var (state, invoice, tenant) = await door.ByTokenAsync(token, cancellationToken);
        var words = BillingText.Of(lang ?? tenant?.Language);
        if (invoice is null)
            return PayPage.Message(words, StatusCodes.Status404NotFound, words.UnknownTitle, words.UnknownNote);
        if (state == PayLinkState.Expired && invoice.IsPayable)
            return PayPage.Message(words, StatusCodes.Status410Gone, words.ExpiredTitle, words.ExpiredNote, ToWeb(billing.Value));
        var lines = await database.InvoiceLines.AsNoTracking().Where(line => line.InvoiceId == invoice.Id).OrderBy(line => line.Ordinal).ToListAsync(cancellationToken);
        var payment = await database.PaymentAttempts.AsNoTracking().SingleOrDefaultAsync(attempt => attempt.InvoiceId == invoice.Id && attempt.Status == PaymentStatus.Paid, cancellationToken);
        return PayPage.Invoice(words, tenant!, invoice, lines, payment, zibal.Value.PageOf(0));
    }

    private static async Task<Results<RedirectHttpResult, PayPage>> PayAsync(
        string token,
        HttpContext context,
        PayDoor door,
        DocuChatDbContext database,
        InvoicePayments payments,
        IOptions<BillingOptions> billing,
        TimeProvider time,
        CancellationToken cancellationToken,
        string? lang = null
    )
    {
        var (state, invoice, tenant) = await door.ByTokenAsync(token, cancellationToken);
        var words = BillingText.Of(lang ?? tenant?.Language);
        if (invoice is null)
            return PayPage.Message(words, StatusCodes.Status404NotFound, words.UnknownTitle, words.UnknownNote);
        if (state == PayLinkState.Expired)
            return PayPage.Message(words, StatusCodes.Status410Gone, words.ExpiredTitle, words.ExpiredNote, ToWeb(billing.Value));

        var result = await payments.PayAsync(database, invoice.Id, cancellationToken);
        if (result is not PayResult.Page page)
            return result is PayResult.NotPayable
                ? PayPage.Message(words, StatusCodes.Status409Conflict, PayPage.TitleOf(words, await StatusAsync(database, invoice.Id, cancellationToken)), words.VoidNote)
                : PayPage.Message(words, StatusCodes.Status502BadGateway, words.GatewayTitle, words.GatewayNote);
        context.Response.Cookies.Append(
            Cookie,
            token,
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/api/v1/billing", Expires = time.GetUtcNow().AddHours(1) }
        );
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Redirect(page.Address.ToString());
    }

    // Of all that the gateway's redirect says only the number is read; the rest anybody could have typed.
    private static async Task<PayPage> ReturnAsync(
        HttpContext context,
        PayDoor door,
        DocuChatDbContext database,
        InvoicePayments payments,
        PayLinks links,
        IOptions<BillingOptions> billing,
        CancellationToken cancellationToken,
        string? trackId = null
    )
    {
        var found = long.TryParse(trackId, NumberStyles.None, CultureInfo.InvariantCulture, out var track) ? await door.ByTrackAsync(track, cancellationToken) : null;
        if (found is not { } payment)
        {
            var unknown = BillingText.Of(null);
            return PayPage.Message(unknown, StatusCodes.Status404NotFound, unknown.UnknownTitle, unknown.UnknownNote);
        }

        var attempt = await payments.SettleAsync(database, payment.Attempt, swept: false, cancellationToken);
        var tenant = await door.TenantAsync(cancellationToken);
        var words = BillingText.Of(tenant.Language);
        var token = context.Request.Cookies[Cookie];
        var isOurs = token is not null && links.Read(token, out var invoiceId) == PayLinkState.Valid && invoiceId == payment.Invoice;
        var invoice = isOurs ? await database.Invoices.AsNoTracking().SingleAsync(row => row.Id == payment.Invoice, cancellationToken) : null;
        return PayPage.Outcome(words, tenant, attempt, invoice, isOurs ? token : null, ToWeb(billing.Value, track));
    }

    // The number says which invoice it is only to who may see it.
    private static Uri? ToWeb(BillingOptions options, long? track = null) =>
        options.WebUrl is { } web ? new Uri($"{web.ToString().TrimEnd('/')}/billing{(track is null ? "" : string.Create(CultureInfo.InvariantCulture, $"?track={track}"))}") : null;

    private static Task<InvoiceStatus> StatusAsync(DocuChatDbContext database, long id, CancellationToken cancellationToken) =>
        database.Invoices.Where(invoice => invoice.Id == id).Select(invoice => invoice.Status).SingleAsync(cancellationToken);
}
