namespace DocuChat.Sandbox.Embeddings;

internal static class EmbeddingsRegistration
{
    public static void AddEmbeddings(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<EmbeddingOptions>().BindConfiguration(EmbeddingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SentenceEncoder>();
    }
}
