using System.Globalization;
using DocuChat.Web.Api;
using DocuChat.Web.Session;

namespace DocuChat.Web.Billing;

/// <summary>The list of the calls that an invoice bills, on its way from the Api to the reader's disk: byte for byte, so that its SHA-256 holds.</summary>
internal static class EventsEndpoint
{
    public static string PathOf(long id) => string.Create(CultureInfo.InvariantCulture, $"/billing/{id}/events.csv");

    public static void MapInvoiceEvents(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/billing/{id:long}/events.csv", DownloadAsync).RequireAuthorization();

    private static async Task<IResult> DownloadAsync(long id, HttpContext context, CurrentSession session, ApiTransport api)
    {
        session.Bind(context.User);
        try
        {
            var answer = await api.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/api/v1/invoices/{id}/events")), context.RequestAborted);
            context.Response.RegisterForDispose(answer);
            var name = string.Create(CultureInfo.InvariantCulture, $"docuchat-invoice-{id}.csv");
            return TypedResults.Stream(await answer.Content.ReadAsStreamAsync(context.RequestAborted), "text/csv; charset=utf-8", name);
        }
        catch (ApiException exception)
        {
            return TypedResults.StatusCode(exception.Status);
        }
        catch (SignInExpiredException)
        {
            return TypedResults.LocalRedirect(Paths.SignInFor(string.Create(CultureInfo.InvariantCulture, $"/billing/{id}")));
        }
        catch (ApiUnavailableException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
