using DocuChat.Api.Auth;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;

namespace DocuChat.Api.Billing;

/// <summary>Marks calls that cost something: a tenant with an overdue invoice reads all that it has and asks nothing new until it is paid.</summary>
internal static class GoodStanding
{
    /// <summary>What a problem of this kind is called, whatever its words are.</summary>
    public const string ProblemType = "urn:docuchat:problem:invoice-overdue";

    public static RouteHandlerBuilder RequireGoodStanding(this RouteHandlerBuilder endpoint) =>
        endpoint
            .AddEndpointFilter(
                async (context, next) =>
                {
                    var services = context.HttpContext.RequestServices;
                    var tenant = services.GetRequiredService<CurrentUser>().TenantId;
                    return await TenantStanding.IsReadOnlyAsync(services.GetRequiredService<DocuChatDbContext>(), tenant, context.HttpContext.RequestAborted)
                        ? TypedResults.Problem(
                            statusCode: StatusCodes.Status402PaymentRequired,
                            type: ProblemType,
                            title: "An invoice of your organisation is overdue.",
                            detail: "All that you have can be read, and nothing new asked or uploaded, until it is paid. An owner finds it under /api/v1/invoices, and a link to pay it in the e-mail."
                        )
                        : await next(context);
                }
            )
            .ProducesProblem(StatusCodes.Status402PaymentRequired);
}
