using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.Options;
using OpenAI;

namespace DocuChat.Core.Models;

/// <summary>
/// The one client of the model server. It repeats nothing and knows no time limit of its own: both are decided in one place, above it.
/// Azure OpenAI is reached through its OpenAI-compatible address, <c>/openai/v1</c>.
/// </summary>
internal sealed class OpenAiConnection
{
    /// <summary>Name of the HTTP client.</summary>
    public const string HttpClientName = "models";

    public OpenAiConnection(IHttpClientFactory http, IOptions<ModelsOptions> options) =>
        Client = new OpenAIClient(
            new ApiKeyCredential(options.Value.ApiKey is { Length: > 0 } key ? key : "none"),
            new OpenAIClientOptions
            {
                Endpoint = Address(options.Value.BaseUrl),
                Transport = new HttpClientPipelineTransport(http.CreateClient(HttpClientName)),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                NetworkTimeout = Timeout.InfiniteTimeSpan,
            }
        );

    public OpenAIClient Client { get; }

    internal static Uri Address(string baseUrl)
    {
        var url = new Uri(baseUrl);
        return url.AbsolutePath == "/" && url.Host.EndsWith(".openai.azure.com", StringComparison.OrdinalIgnoreCase) ? new Uri(url, "/openai/v1") : url;
    }
}
