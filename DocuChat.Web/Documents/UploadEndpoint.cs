using System.Net.Http.Headers;
using DocuChat.Web.Api;
using DocuChat.Web.Session;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace DocuChat.Web.Documents;

/// <summary>
/// Files on their way from the browser to the Api. The body goes through as it comes, so that no file is ever held here, and a circuit, whose
/// messages are small, has no part in it.
/// </summary>
internal static class UploadEndpoint
{
    public const string Path = "/documents/upload";

    /// <summary>A file of 50 MB and the frame around it. The Api's own limit is the one that counts and that names itself.</summary>
    private const long MaximumBytes = 51 * 1024 * 1024;

    public static void MapUploads(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, UploadAsync).RequireAuthorization().WithMetadata(new RequestSizeLimitAttribute(MaximumBytes));

    private static async Task UploadAsync(HttpContext context, IAntiforgery antiforgery, CurrentSession session, ApiTransport api)
    {
        // The token comes in a header: a form's field would have to be read out of the body.
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        session.Bind(context.User);
        try
        {
            using var answer = await api.SendAsync(() => Onward(context.Request), context.RequestAborted, tries: 1);
            await PassAsync(context, (int)answer.StatusCode, answer.Content);
        }
        catch (ApiException exception)
        {
            context.Response.StatusCode = exception.Status;
            await context.Response.WriteAsJsonAsync(exception.Problem, context.RequestAborted);
        }
        catch (SignInExpiredException)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        catch (ApiUnavailableException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private static HttpRequestMessage Onward(HttpRequest request)
    {
        var content = new StreamContent(request.Body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType ?? "application/octet-stream");
        content.Headers.ContentLength = request.ContentLength;
        return new HttpRequestMessage(HttpMethod.Post, "/api/v1/documents") { Content = content };
    }

    private static async Task PassAsync(HttpContext context, int status, HttpContent content)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = content.Headers.ContentType?.ToString();
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
