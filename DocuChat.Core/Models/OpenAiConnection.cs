using System.ClientModel;
using System.ClientModel.Primitives;
using Azure.AI.OpenAI;
using Microsoft.Extensions.Options;
using OpenAI;

namespace DocuChat.Core.Models;

/// <summary>The one client of the model server: OpenAI's, or Azure's for an Azure resource. It repeats nothing and knows no time limit of its own: both are decided in one place, above it.</summary>
internal sealed class OpenAiConnection
{
    /// <summary>Name of the HTTP client.</summary>
    public const string HttpClientName = "models";

    public OpenAiConnection(IHttpClientFactory http, IOptions<ModelsOptions> options)
    {
        var endpoint = new Uri(options.Value.BaseUrl);
        var credential = new ApiKeyCredential(options.Value.ApiKey is { Length: > 0 } key ? key : "none");
        var transport = new HttpClientPipelineTransport(http.CreateClient(HttpClientName));
        Client = options.Value.Azure
            ? new AzureOpenAIClient(endpoint, credential, WithoutPolicies(new AzureOpenAIClientOptions(), transport))
            : new OpenAIClient(credential, WithoutPolicies(new OpenAIClientOptions { Endpoint = endpoint }, transport));
    }

    public OpenAIClient Client { get; }

    private static TOptions WithoutPolicies<TOptions>(TOptions options, PipelineTransport transport)
        where TOptions : ClientPipelineOptions
    {
        options.Transport = transport;
        options.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        options.NetworkTimeout = Timeout.InfiniteTimeSpan;
        return options;
    }
}
