using DocuChat.Sandbox.Embeddings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DocuChat.Sandbox.OpenAi;

/// <summary><c>GET /v1/models</c>. The owner's name says that nothing here is OpenAI's.</summary>
internal static class ModelsEndpoint
{
    private const string Owner = "docuchat-sandbox";

    // 24 November 2026, when the sandbox was first published.
    private const long Created = 1_795_478_400;

    // Both names are the same answerer, so that a fallback from the one to the other can be seen.
    private static readonly string[] _chatModels = ["gpt-4o", "gpt-4o-mini"];

    private static readonly Model[] _models = [.. _chatModels.Append(SentenceEncoder.ModelName).Select(id => new Model(id))];

    internal sealed record Model(string Id, string Object = "model", long Created = Created, string OwnedBy = Owner);

    internal sealed record ModelList(Model[] Data, string Object = "list");

    public static bool CanChat(string model) => _chatModels.Contains(model);

    public static JsonHttpResult<ModelList> List() => TypedResults.Json(new ModelList(_models), Wire.Json);

    public static IResult Get(string id) =>
        _models.FirstOrDefault(model => model.Id == id) is { } model ? TypedResults.Json(model, Wire.Json) : OpenAiError.UnknownModel(id);
}
