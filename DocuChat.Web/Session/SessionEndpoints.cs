using Microsoft.AspNetCore.Antiforgery;

namespace DocuChat.Web.Session;

internal static class SessionEndpoints
{
    public static void MapSessionApi(this IEndpointRouteBuilder endpoints) => endpoints.MapPost(Paths.SignOut, SignOutAsync);

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, SignInService signIn)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return TypedResults.BadRequest();
        await signIn.SignOutAsync(context);
        return TypedResults.LocalRedirect(Paths.SignIn);
    }
}
