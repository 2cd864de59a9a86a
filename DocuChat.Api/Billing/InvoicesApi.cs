using System.Globalization;
using System.Text;
using DocuChat.Api.Auth;
using DocuChat.Api.Http;
using DocuChat.Core.Billing;
using DocuChat.Core.Billing.Payments;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace DocuChat.Api.Billing;

/// <summary>The tenant's invoices: administrators see them, owners pay them.</summary>
internal static class InvoicesApi
{
    public static void MapInvoicesApi(this IEndpointRouteBuilder api)
    {
        var invoices = api.MapGroup("/invoices").WithTags("Billing").RequireAuthorization(AuthRegistration.AdminPolicy);
        invoices.MapGet("/", ListAsync).WithSummary("The tenant's invoices, newest first").WithDescription("open=true: only those that are to be paid. track_id: the one that a payment of that number at the gateway was for.");
        invoices.MapGet("/{id:long}", GetAsync).WithSummary("An invoice with its lines, payments and proof");
        invoices.MapGet("/{id:long}/events", EventsAsync).WithSummary("The calls that it bills, as CSV; its SHA-256 is the invoice's proof").Produces(200, contentType: "text/csv");
        invoices.MapPost("/{id:long}/pay", PayAsync).WithSummary("Makes a payment page at the gateway");
    }

    private static async Task<Results<Ok<Page<InvoiceView>>, ProblemHttpResult>> ListAsync(
        DocuChatDbContext database,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null,
        bool open = false,
        [FromQuery(Name = "track_id")] long? trackId = null
    )
    {
        var before = long.MaxValue;
        if (!string.IsNullOrEmpty(cursor) && !long.TryParse(cursor, CultureInfo.InvariantCulture, out before))
            return Problems.BadCursor();
        var size = Cursor.Limit(limit);
        var invoices = database.Invoices.AsNoTracking().Where(invoice => invoice.Id < before);
        if (open)
            invoices = invoices.Where(invoice => invoice.Status == InvoiceStatus.Pending || invoice.Status == InvoiceStatus.Overdue);
        if (trackId is { } track)
            invoices = invoices.Where(invoice => database.PaymentAttempts.Any(attempt => attempt.InvoiceId == invoice.Id && attempt.TrackId == track));
        var rows = await invoices.OrderByDescending(invoice => invoice.Id).Take(size + 1).ToListAsync(cancellationToken);
        var next = rows.Count > size ? rows[size - 1].Id.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new Page<InvoiceView>([.. rows.Take(size).Select(InvoiceView.Of)], next));
    }

    private static async Task<Results<Ok<InvoiceDetail>, ProblemHttpResult>> GetAsync(long id, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        if (await FindAsync(database, id, cancellationToken) is not { } invoice)
            return Problems.NotFound("invoice");
        var lines = await database.InvoiceLines.AsNoTracking().Where(line => line.InvoiceId == id).OrderBy(line => line.Ordinal).ToListAsync(cancellationToken);
        var payments = await database.PaymentAttempts.AsNoTracking().Where(attempt => attempt.InvoiceId == id).OrderBy(attempt => attempt.CreatedAt).ToListAsync(cancellationToken);
        return TypedResults.Ok(
            new InvoiceDetail(
                InvoiceView.Of(invoice),
                Convert.ToHexStringLower(invoice.EventsSha256),
                $"/api/v1/invoices/{id.ToString(CultureInfo.InvariantCulture)}/events",
                [.. lines.Select(InvoiceLineView.Of)],
                [.. payments.Select(PaymentView.Of)]
            )
        );
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> EventsAsync(long id, HttpContext context, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        if (await FindAsync(database, id, cancellationToken) is not { } invoice)
            return Problems.NotFound("invoice");
        var discounts = await database.TenantDiscounts.AsNoTracking().Where(discount => discount.CreatedAt <= invoice.CreatedAt).ToListAsync(cancellationToken);
        // RFC 9530: the digest of what follows, so that a client may check it on the way.
        context.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(invoice.EventsSha256)}:";
        return TypedResults.Stream(
            stream => WriteEventsAsync(stream, database, BilledEvents.Of(invoice, discounts), cancellationToken),
            "text/csv; charset=utf-8",
            $"invoice-{id.ToString(CultureInfo.InvariantCulture)}-events.csv"
        );
    }

    private static async Task WriteEventsAsync(Stream stream, DocuChatDbContext database, BilledEvents events, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024, leaveOpen: true);
        await writer.WriteAsync(BilledEvent.CsvHeader.AsMemory(), cancellationToken);
        // The transaction binds the connection to the tenant.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await foreach (var billed in events.ReadAsync((NpgsqlConnection)database.Database.GetDbConnection(), (NpgsqlTransaction)transaction.GetDbTransaction(), cancellationToken))
            await writer.WriteAsync(billed.ToCsv().AsMemory(), cancellationToken);
    }

    private static async Task<Results<Ok<PayPageView>, ProblemHttpResult>> PayAsync(long id, CurrentUser current, DocuChatDbContext database, InvoicePayments payments, CancellationToken cancellationToken)
    {
        if (current.Role < MemberRole.Owner)
            return Problems.Forbidden("Only an owner of your organisation pays its invoices. Ask one of them, or give them the link in the e-mail.");
        if (await FindAsync(database, id, cancellationToken) is null)
            return Problems.NotFound("invoice");
        return await payments.PayAsync(database, id, cancellationToken) switch
        {
            PayResult.Page page => TypedResults.Ok(new PayPageView(page.Address, page.TrackId)),
            PayResult.NotPayable refused => Problems.Conflict($"This invoice is {refused.Status.ToString().ToLowerInvariant()}.", "There is nothing to pay for it now."),
            PayResult.GatewayTrouble { Result: null } => TypedResults.Problem(statusCode: 502, title: "The payment gateway does not answer.", detail: "No money was taken. Try again in a few minutes."),
            PayResult.GatewayTrouble trouble => TypedResults.Problem(
                statusCode: 502,
                title: $"The payment gateway refused with result {trouble.Result}.",
                detail: trouble.Result == Zibal.AboveMaximum ? "The amount is above what the gateway takes at once: write to us to pay it in another way." : "No money was taken. The operator has to check ZIBAL_API_KEY and the gateway's settings."
            ),
            _ => throw new InvalidOperationException("A payment has three ends."),
        };
    }

    private static Task<Invoice?> FindAsync(DocuChatDbContext database, long id, CancellationToken cancellationToken) =>
        database.Invoices.AsNoTracking().SingleOrDefaultAsync(invoice => invoice.Id == id, cancellationToken);
}
