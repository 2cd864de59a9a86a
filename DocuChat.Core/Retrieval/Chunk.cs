using DocuChat.Core.Persistence;
using Pgvector;

namespace DocuChat.Core.Retrieval;

/// <summary>A passage of a document: what is searched, shown to the model and cited.</summary>
public sealed class Chunk : ITenantOwned
{
    public long Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid DocumentId { get; init; }
    public required int Version { get; init; }

    /// <summary>Place among the version's chunks, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Page that it begins on, from 1; null where the format has no pages.</summary>
    public int? Page { get; init; }

    /// <summary>Headings that it stands under, outermost first, joined by <c> › </c>.</summary>
    public string? HeadingPath { get; init; }

    /// <summary>Half-open range in the version's extracted text, in UTF-16 code units.</summary>
    public required int CharStart { get; init; }

    public required int CharEnd { get; init; }
    public required string Text { get; init; }

    /// <summary>ISO 639-1 code of the language most of it is in; <c>und</c> when it cannot be told.</summary>
    public required string Language { get; init; }
}

/// <summary>A chunk's vector, in a narrow table of its own so that it lies in line and an exact scan reads nothing else.</summary>
public sealed class ChunkEmbedding : ITenantOwned
{
    public required Guid TenantId { get; init; }

    /// <summary>The tenant's shard, by which the table is partitioned.</summary>
    public required int Shard { get; init; }

    public required long ChunkId { get; init; }
    public required int ModelId { get; init; }
    public required HalfVector Embedding { get; init; }
}

/// <summary>A model that vectors were made with. Its dimension and languages are data, not schema: another one is a row and a re-embedding.</summary>
public sealed class EmbeddingModel
{
    public int Id { get; init; }
    public required string Name { get; init; }
    public required int Dimensions { get; init; }

    /// <summary>ISO 639-1 codes of the languages it knows; empty when it knows all. A chunk in another language gets no vector.</summary>
    public required string[] Languages { get; set; }

    /// <summary>Whether vectors of texts in a language mean anything.</summary>
    public bool Knows(string language) => Languages.Length == 0 || Languages.Contains(language);
}
