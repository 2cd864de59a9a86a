using System.Diagnostics;
using System.Text.Json;
using DocuChat.Api.OpenAi;
using Microsoft.AspNetCore.Diagnostics;

namespace DocuChat.Api.Http;

/// <summary>Gives every problem its trace id, the field names that the caller sent, and a word on what to do.</summary>
internal static class ProblemDetailsShape
{
    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        // The framework names it by the JSON naming policy and with the span's id; support searches by the trace's.
        problem.Extensions.Remove("trace_id");
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;

        if (problem is HttpValidationProblemDetails { Errors: var errors } invalid)
        {
            invalid.Errors = errors.ToDictionary(error => Named(error.Key), error => error.Value.Select(message => message.Replace(error.Key, Named(error.Key), StringComparison.Ordinal)).ToArray());
            problem.Detail ??= "Correct the fields named under errors and send the call again.";
        }
        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status401Unauthorized => "Send an access token or an API key in the header `Authorization: Bearer …`; an access token lives 15 minutes, then refresh it.",
            StatusCodes.Status403Forbidden => "Ask an administrator of your organisation.",
            StatusCodes.Status404NotFound => "Check the address; /docs lists what there is.",
            StatusCodes.Status405MethodNotAllowed => "Check the method; /docs lists what there is.",
            StatusCodes.Status415UnsupportedMediaType => "Check the Content-Type header; /docs says what each call takes.",
            _ => null,
        };

        // An exception's handler has left the endpoint behind.
        var endpoint = context.HttpContext.GetEndpoint() ?? context.HttpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        if (endpoint?.Metadata.GetMetadata<OpenAiWire>() is not null)
            problem.Extensions["error"] = OpenAiError.Of(problem.Status ?? StatusCodes.Status500InternalServerError, problem.Title, problem.Detail, problem.Type);
    }

    private static string Named(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
}
