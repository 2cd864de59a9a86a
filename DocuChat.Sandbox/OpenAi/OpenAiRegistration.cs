namespace DocuChat.Sandbox.OpenAi;

internal static class OpenAiRegistration
{
    // An ingestion's batch of 2,048 long texts is larger than the server's own default.
    private const long MaxRequestBytes = 64 * 1024 * 1024;

    public static void AddOpenAi(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = MaxRequestBytes);
        builder.Services.AddSingleton<ChatFailures>();
    }

    public static void MapOpenAi(this IEndpointRouteBuilder endpoints)
    {
        var v1 = endpoints.MapGroup("/v1").AddEndpointFilter<FailureFilter>();
        v1.MapGet("/models", ModelsEndpoint.List);
        v1.MapGet("/models/{id}", ModelsEndpoint.Get);
        v1.MapPost("/embeddings", EmbeddingsEndpoint.CreateAsync);
        v1.MapPost("/chat/completions", ChatEndpoint.CreateAsync);
    }
}
