using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DocuChat.Tests.Web.StandIn;

/// <summary>Invoices of every state, and a gateway that takes the money at once and sends the payer back.</summary>
internal sealed class StandInBilling
{
    private readonly List<StandInInvoice> _invoices = [];

    /// <summary>Where the gateway sends the payer back to.</summary>
    public string Web { get; set; } = "";

    /// <summary>Says no to every payment.</summary>
    public bool GatewayDown { get; set; }

    public IReadOnlyList<StandInInvoice> Invoices => _invoices;

    public StandInInvoice Add(StandInInvoice invoice)
    {
        _invoices.Insert(0, invoice);
        return invoice;
    }

    /// <summary>An invoice of every state, with every kind of line; returns the one that is to be paid.</summary>
    public StandInInvoice AddOfEachState()
    {
        var day = new DateOnly(2026, 11, 10);
        Add(new StandInInvoice(31, day.AddDays(-20), "paid", 962m) { Lines = [Usage(day.AddDays(-20), 48_100, 962m)], PaidAt = At(day.AddDays(-18)), Payments = [new StandInPayment(15_966_442_233_311, "paid", At(day.AddDays(-18))) { Reference = "1040007", Card = "62741****44" }] });
        Add(new StandInInvoice(32, day.AddDays(-10), "void", 400m) { Lines = [Usage(day.AddDays(-10), 20_000, 400m)], Reason = "Billed for a test of ours." });
        Add(new StandInInvoice(33, day.AddDays(-3), "carried", 0m) { Lines = [Usage(day.AddDays(-3), 2_000, 40.7654m)] });
        Add(new StandInInvoice(34, day.AddDays(-2), "overdue", 1_250.5m) { Lines = [Usage(day.AddDays(-2), 60_487, 1_209.74m)], CarriedIn = 40.7654m });
        Add(new StandInInvoice(35, day.AddDays(-1), "held", 98_000m) { Lines = [Usage(day.AddDays(-1), 4_900_000, 98_000m)], Reason = "98000 Tomans, and the median of 30 days is 950" });
        return Add(new StandInInvoice(36, day, "pending", 3_000m)
        {
            Witness = 149_700,
            Drift = -0.002,
            CarriedIn = 0.04m,
            Lines =
            [
                new StandInInvoiceLine("usage", day, "gpt-4o", 2_700m) { TokensIn = 140_000, TokensOut = 10_000, ListAmount = 3_000m, Discount = 10 },
                new StandInInvoiceLine("late", day.AddDays(-1), "gpt-4o-mini", 550.02m) { TokensIn = 27_000, TokensOut = 501, ListAmount = 550.02m },
                new StandInInvoiceLine("credit", day, null, -250m) { Note = "An answer that was charged twice (invoice 31)" },
            ],
        });
    }

    public void Map(IEndpointRouteBuilder api)
    {
        var invoices = api.MapGroup("/invoices");
        invoices.MapGet("/", List);
        invoices.MapGet("/{id:long}", (long id) => Find(id, invoice => Results.Ok(Whole(invoice))));
        invoices.MapGet("/{id:long}/events", (long id) => Find(id, _ => Results.Text(StandInInvoice.Events, "text/csv")));
        invoices.MapPost("/{id:long}/pay", (long id, HttpContext context) => Find(id, invoice => Pay(invoice, context)));
        // The gateway's page, at which everybody pays.
        api.MapGet("/gateway/{track:long}", (long track) => Results.Redirect($"{Web}/billing?track={track}"));
    }

    private static StandInInvoiceLine Usage(DateOnly day, long tokens, decimal amount) => new("usage", day, "gpt-4o", amount) { TokensIn = tokens * 9 / 10, TokensOut = tokens / 10, ListAmount = amount };

    private static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(9, 30)), TimeSpan.Zero);

    private object List(string? cursor, bool open = false, long? track_id = null)
    {
        const int Size = 20;
        var rows = _invoices.Where(invoice => (!open || invoice.Status is "pending" or "overdue") && (track_id is null || invoice.Payments.Any(payment => payment.Track == track_id))).ToArray();
        var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var size = open ? rows.Length : Size;
        return new { items = rows.Skip(from).Take(size).Select(View), next_cursor = rows.Length > from + size ? (from + size).ToString(CultureInfo.InvariantCulture) : null };
    }

    private IResult Pay(StandInInvoice invoice, HttpContext context)
    {
        if (GatewayDown)
            return StandInApi.Problem(502, "The payment gateway does not answer.", "No money was taken. Try again in a few minutes.");
        var now = TimeProvider.System.GetUtcNow();
        var payment = new StandInPayment(15_966_442_233_311 + invoice.Id, "paid", now) { Reference = "1040009", Card = "62741****44" };
        invoice.Payments.Add(payment);
        (invoice.Status, invoice.PaidAt) = ("paid", now);
        return Results.Ok(new { pay_url = $"{context.Request.Scheme}://{context.Request.Host}/api/v1/gateway/{payment.Track}", track_id = payment.Track });
    }

    private IResult Find(long id, Func<StandInInvoice, IResult> then) => _invoices.Find(invoice => invoice.Id == id) is { } invoice ? then(invoice) : StandInApi.Problem(404, "There is no such invoice.", "Check the id; it may have been deleted.");

    private static object Whole(StandInInvoice invoice) =>
        new
        {
            invoice = View(invoice),
            events_sha256 = StandInInvoice.Sha256,
            events_url = $"/api/v1/invoices/{invoice.Id}/events",
            lines = invoice.Lines,
            payments = invoice.Payments.Select(payment => new
            {
                id = Guid.CreateVersion7(),
                status = payment.Status,
                track_id = payment.Track,
                amount_rials = (long)(invoice.Amount * 10),
                created_at = payment.At,
                ended_at = payment.Status == "open" ? (DateTimeOffset?)null : payment.At,
                reference = payment.Reference,
                card = payment.Card,
            }),
        };

    private static object View(StandInInvoice invoice) =>
        new
        {
            id = invoice.Id,
            period = invoice.Period,
            status = invoice.Status,
            status_reason = invoice.Reason,
            tokens = invoice.Lines.Sum(line => line.TokensIn + line.TokensOut),
            amount = invoice.Amount,
            subtotal = invoice.Lines.Sum(line => line.Amount),
            carried_in = invoice.CarriedIn,
            carried_out = invoice.CarriedIn + invoice.Lines.Sum(line => line.Amount) - invoice.Amount,
            prom_tokens = invoice.Witness,
            drift = invoice.Drift,
            created_at = invoice.CreatedAt,
            due_at = invoice.Status == "held" ? (DateTimeOffset?)null : invoice.CreatedAt.AddDays(14),
            paid_at = invoice.PaidAt,
        };
}

internal sealed class StandInInvoice(long id, DateOnly period, string status, decimal amount)
{
    public const string Events = "id,request_id,tokens_in,tokens_out\n1,0190a000-0000-7000-8000-000000000003,1240,186\n";

    /// <summary>SHA-256 of <see cref="Events"/>.</summary>
    public static string Sha256 { get; } = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Events)));

    public long Id { get; } = id;
    public DateOnly Period { get; } = period;
    public string Status { get; set; } = status;
    public decimal Amount { get; } = amount;
    public string? Reason { get; init; }
    public decimal CarriedIn { get; init; }
    public double? Witness { get; init; }
    public double? Drift { get; init; }
    public DateTimeOffset CreatedAt => new(Period.AddDays(1).ToDateTime(new TimeOnly(3, 0)), TimeSpan.Zero);
    public DateTimeOffset? PaidAt { get; set; }
    public List<StandInInvoiceLine> Lines { get; init; } = [];
    public List<StandInPayment> Payments { get; init; } = [];
}

internal sealed record StandInInvoiceLine(string Kind, DateOnly Day, string? Model, decimal Amount)
{
    public decimal Discount { get; init; }
    public long Calls { get; init; } = 12;
    public long TokensIn { get; init; }
    public long TokensOut { get; init; }
    public decimal ListAmount { get; init; }
    public string? Note { get; init; }
}

internal sealed record StandInPayment(long Track, string Status, DateTimeOffset At)
{
    public string? Reference { get; init; }
    public string? Card { get; init; }
}
