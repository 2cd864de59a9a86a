using System.ComponentModel.DataAnnotations;

namespace DocuChat.Sandbox.Embeddings;

/// <summary>How the local sentence-transformer is run. Section <c>Embeddings</c>.</summary>
public sealed class EmbeddingOptions
{
    public const string Section = "Embeddings";

    /// <summary>Threads inside one batch. One thread a batch and several batches at once keeps a short question from waiting behind a long document.</summary>
    [Range(1, 64, ErrorMessage = "Embeddings:IntraOpThreads must be 1 to 64.")]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Batches at once, over all requests; 0 means one a core.</summary>
    [Range(0, 64, ErrorMessage = "Embeddings:ConcurrentBatches must be 0 (one a core) to 64.")]
    public int ConcurrentBatches { get; set; }

    /// <summary>Tokens of a text that are read; the rest is cut. The model was trained on 256 and has positions for 512.</summary>
    [Range(8, 512, ErrorMessage = "Embeddings:MaxTokens must be 8 to 512.")]
    public int MaxTokens { get; set; } = 256;
}
