namespace DocuChat.Sandbox.OpenAi;

/// <summary>An error in OpenAI's shape: <c>{"error": {message, type, param, code}}</c>.</summary>
internal sealed record OpenAiError(OpenAiError.Detail Error)
{
    internal sealed record Detail(string Message, string Type, string? Param, string? Code);

    public static IResult Invalid(string message, string? param = null, string? code = null) =>
        Of(StatusCodes.Status400BadRequest, message, "invalid_request_error", param, code);

    public static IResult UnknownModel(string? model) =>
        Of(StatusCodes.Status404NotFound, $"The model `{model}` does not exist or you do not have access to it.", "invalid_request_error", null, "model_not_found");

    public static IResult Of(int status, string message, string type, string? param = null, string? code = null) =>
        TypedResults.Json(new OpenAiError(new Detail(message, type, param, code)), Wire.Json, statusCode: status);
}
