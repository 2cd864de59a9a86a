namespace DocuChat.Core.Models;

/// <summary>Which models there are, where, and how patiently they are called. Section <c>Models</c>, with the address and key under the names that operators know.</summary>
public sealed class ModelsOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Models";

    /// <summary>Address of the service whose key this is when none is set.</summary>
    public const string OpenAiUrl = "https://api.openai.com/v1";

    /// <summary><c>OPENAI_BASE_URL</c>: any server that speaks OpenAI's protocol, with its path (usually <c>/v1</c>).</summary>
    public string BaseUrl { get; set; } = OpenAiUrl;

    /// <summary><c>OPENAI_API_KEY</c>; may be empty for a server of one's own.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// <c>Models:Azure</c>: whether the server is an Azure OpenAI resource, which has deployments under <c>/openai/deployments</c> and takes its key in a header of its
    /// own. When not set, it is one when <see cref="BaseUrl"/> is the bare address of a resource (<c>https://name.openai.azure.com</c>); its OpenAI-compatible address,
    /// with <c>/openai/v1</c>, is a server like any other. The names of the models are then those of the deployments.
    /// </summary>
    public bool Azure { get; set; }

    /// <summary><c>Models:Chat</c>: the chat models that may be asked for. The first is the default; each falls back to those after it.</summary>
    public IReadOnlyList<string> ChatModels { get; set; } = ["gpt-4o", "gpt-4o-mini"];

    /// <summary><c>Models:Embedding</c>.</summary>
    public EmbeddingOptions Embedding { get; set; } = new();

    /// <summary><c>Models:FirstTokenSeconds</c>: how long a model may take to its first token before the next one is tried.</summary>
    public double FirstTokenSeconds { get; set; } = 30;

    /// <summary><c>Models:IdleSeconds</c>: how long a stream may pause before it counts as cut.</summary>
    public double IdleSeconds { get; set; } = 30;

    /// <summary><c>Models:Retries</c>: how often a model is tried again before the next one is.</summary>
    public int Retries { get; set; } = 1;

    /// <summary><c>Models:LongestRetryWaitSeconds</c>: a model that asks for more patience (Retry-After) is left for the next one.</summary>
    public double LongestRetryWaitSeconds { get; set; } = 2;

    /// <summary><c>Models:BreakerFailures</c>: after so many failures in a row a model is left alone for a while.</summary>
    public int BreakerFailures { get; set; } = 5;

    /// <summary><c>Models:BreakerSeconds</c>: how long it is left alone before one call tries it again.</summary>
    public double BreakerSeconds { get; set; } = 30;

    /// <summary><c>Models:Temperature</c>: 0 keeps answers close to the passages; <c>default</c> leaves it to the model, which some demand.</summary>
    public double? Temperature { get; set; } = 0;

    /// <summary><c>Models:LongestAnswerTokens</c>: what an answer may take at most, and so what is reserved for it.</summary>
    public int LongestAnswerTokens { get; set; } = 1500;
}

/// <summary>The model that vectors are made with.</summary>
public sealed class EmbeddingOptions
{
    /// <summary><c>Models:Embedding:Name</c>.</summary>
    public string Name { get; set; } = "text-embedding-3-small";

    /// <summary><c>Models:Embedding:Dimensions</c>: length of its vectors; at most 4,000, which is what an index of half-precision vectors takes.</summary>
    public int Dimensions { get; set; } = 1536;

    /// <summary><c>Models:Embedding:Languages</c>: ISO 639-1 codes of the languages it knows; empty when it knows all.</summary>
    public IReadOnlyList<string> Languages { get; set; } = [];

    /// <summary><c>Models:Embedding:BatchSize</c>: texts a request.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary><c>Models:Embedding:TimeoutSeconds</c>: how long a request may take.</summary>
    public double TimeoutSeconds { get; set; } = 60;
}
