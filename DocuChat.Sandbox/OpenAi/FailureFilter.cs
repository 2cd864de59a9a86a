namespace DocuChat.Sandbox.OpenAi;

/// <summary>A failure of the sandbox itself, told in OpenAI's shape.</summary>
internal sealed class FailureFilter(ILogger<FailureFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception failure) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            Log.RequestFailed(logger, context.HttpContext.Request.Path, failure);
            return OpenAiError.Of(StatusCodes.Status500InternalServerError, "The sandbox had an error while processing the request; its log says which.", "server_error");
        }
    }
}
