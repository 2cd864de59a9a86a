using System.Globalization;
using DocuChat.Web.Api;

namespace DocuChat.Web.Billing;

/// <summary>The tenant's invoices at the Api.</summary>
internal sealed class BillingApi(ApiTransport api)
{
    /// <summary>All invoices, newest first.</summary>
    public Task<Listing<InvoiceRow>> ListAsync(string? cursor, CancellationToken ct) =>
        api.GetAsync<Listing<InvoiceRow>>(cursor is null ? "/invoices" : $"/invoices?cursor={Uri.EscapeDataString(cursor)}", ct);

    /// <summary>The newest of those that are to be paid, and whether there are more.</summary>
    public Task<Listing<InvoiceRow>> ListOpenAsync(CancellationToken ct) => api.GetAsync<Listing<InvoiceRow>>("/invoices?open=true&limit=200", ct);

    /// <summary>The invoice that a payment was for, by the gateway's number of it; null when it is none of this tenant's.</summary>
    public async Task<InvoiceRow?> FindByPaymentAsync(long track, CancellationToken ct) =>
        (await api.GetAsync<Listing<InvoiceRow>>(string.Create(CultureInfo.InvariantCulture, $"/invoices?track_id={track}"), ct)).Items is [var invoice, ..] ? invoice : null;

    public Task<InvoiceWhole> GetAsync(long id, CancellationToken ct) => api.GetAsync<InvoiceWhole>(Path(id), ct);

    /// <summary>Opens a payment at the gateway.</summary>
    public Task<GatewayPage> PayAsync(long id, CancellationToken ct) => api.SendAsync<GatewayPage>(HttpMethod.Post, $"{Path(id)}/pay", null, ct);

    private static string Path(long id) => string.Create(CultureInfo.InvariantCulture, $"/invoices/{id}");
}
