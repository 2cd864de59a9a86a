using System.Text;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Ingestion.Chunking;
using DocuChat.Ingestion.Extraction;
using DocuChat.Sandbox.Embeddings;

namespace DocuChat.Benchmarks.Quality;

/// <summary>A collection as a tenant's documents: extracted, cut, embedded, published and maintained by the code that does it for uploads.</summary>
internal sealed class IndexedCollection
{
    private readonly Dictionary<Guid, string> _documents = [];

    private IndexedCollection(Guid tenantId, EmbeddingModel model) => (TenantId, Model) = (tenantId, model);

    public Guid TenantId { get; }
    public EmbeddingModel Model { get; }
    public int Chunks { get; private set; }

    /// <summary>Each chunk's vector beside its document, to compare with a ranking that no database made.</summary>
    public List<(string DocumentId, float[] Vector)> Vectors { get; } = [];

    /// <summary>The collection's id of a document of ours.</summary>
    public string IdOf(Guid documentId) => _documents[documentId];

    public static async Task<IndexedCollection> LoadAsync(BenchmarkDatabase database, Collection collection, SentenceEncoder encoder, CancellationToken cancellationToken)
    {
        var tenant = await database.AddTenantAsync(collection.Name, cancellationToken);
        var indexed = new IndexedCollection(tenant, await database.AddModelAsync(SentenceEncoder.ModelName, SentenceEncoder.Dimensions, ["en"], cancellationToken));
        foreach (var batch in collection.Documents.Chunk(64))
            await indexed.AddAsync(database, batch, encoder, cancellationToken);
        using var maintenance = database.Maintenance();
        await maintenance.MaintainAsync(tenant, cancellationToken);
        return indexed;
    }

    private async Task AddAsync(BenchmarkDatabase database, CollectionDocument[] documents, SentenceEncoder encoder, CancellationToken cancellationToken)
    {
        var versions = documents.Select(document => (Id: Guid.CreateVersion7(), Document: document, Chunks: Cut(document))).ToList();
        var known = versions.SelectMany(version => version.Chunks).Where(chunk => Model.Knows(chunk.Language)).ToList();
        var vectors = (await encoder.EncodeAsync(known.ConvertAll(chunk => chunk.Text), cancellationToken)).Select(embedding => embedding.Vector);
        var vectorOf = known.Zip(vectors).ToDictionary(pair => pair.First, pair => pair.Second, ReferenceEqualityComparer.Instance as IEqualityComparer<NewChunk>);

        await database.AddDocumentsAsync(TenantId, versions.Select(version => (version.Id, version.Document.Title)), cancellationToken);
        foreach (var (id, document, chunks) in versions)
        {
            _documents[id] = document.Id;
            Chunks += chunks.Count;
            Vectors.AddRange(chunks.Where(vectorOf.ContainsKey).Select(chunk => (document.Id, vectorOf[chunk])));
            await using var connection = await database.Services.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ChunkWriter.ReplaceAsync(
                connection,
                transaction,
                new ChunkBatch { TenantId = TenantId, DocumentId = id, Version = 1, ModelId = Model.Id, Title = document.Title },
                [.. chunks.Select(chunk => vectorOf.TryGetValue(chunk, out var vector) ? chunk with { Vector = vector } : chunk)],
                cancellationToken
            );
            await transaction.CommitAsync(cancellationToken);
        }
    }

    private static List<NewChunk> Cut(CollectionDocument document)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(document.Text));
        var extracted = Extractor.Extract("text/plain", file, new ExtractionLimits());
        return
        [
            .. Chunker.Chunk(extracted).Select(draft =>
            {
                var text = extracted.Text[draft.CharStart..draft.CharEnd];
                return new NewChunk(draft.Ordinal, draft.Page, draft.HeadingPath, draft.CharStart, draft.CharEnd, text, LanguageDetector.Detect(text), Vector: null);
            }),
        ];
    }
}
