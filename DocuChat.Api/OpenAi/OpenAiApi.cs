using DocuChat.Core.Models;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.OpenAi;

/// <summary>OpenAI's own wire format, so that any client of it works with our base URL and an API key of ours. What it has no word for (sources, receipt) comes in members of our own.</summary>
internal static class OpenAiApi
{
    public static void MapOpenAiApi(this IEndpointRouteBuilder api)
    {
        var openAi = api.MapGroup("").WithTags("OpenAI").RequireAuthorization().WithMetadata(OpenAiWire.Instance);
        openAi.MapCompletions();
        openAi.MapEmbeddings();
        openAi.MapGet("/models", (ChatModels chat, IOptions<ModelsOptions> options) => TypedResults.Ok(ModelList.Of(chat.Names, options.Value.Embedding.Name))).WithSummary("The models, as OpenAI lists them");
    }
}

/// <summary>Marks the endpoints whose problems carry an <c>error</c> as OpenAI's clients read it.</summary>
internal sealed class OpenAiWire
{
    public static readonly OpenAiWire Instance = new();
}

/// <summary>The models that can be asked, then the one that makes vectors.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ListedModel> Data)
{
    public static ModelList Of(IEnumerable<string> chat, string embedding) => new("list", [.. chat.Append(embedding).Distinct().Select(name => new ListedModel(name, "model", 0, "docuchat"))]);
}

/// <summary>A model. When it was made nobody knows here.</summary>
internal sealed record ListedModel(string Id, string Object, long Created, string OwnedBy);

/// <summary>A failure in OpenAI's shape.</summary>
internal sealed record OpenAiError(string Message, string Type, string? Param, string? Code)
{
    public static OpenAiError Of(int status, string? title, string? detail, string? problemType)
    {
        var type = status switch
        {
            StatusCodes.Status401Unauthorized => "authentication_error",
            StatusCodes.Status402PaymentRequired => "insufficient_quota",
            StatusCodes.Status403Forbidden => "permission_error",
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };
        return new($"{title} {detail}".Trim(), type, null, problemType?.StartsWith("urn:docuchat:problem:", StringComparison.Ordinal) == true ? problemType[21..] : null);
    }
}
