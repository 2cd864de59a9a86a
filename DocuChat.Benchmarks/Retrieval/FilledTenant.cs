using System.Numerics.Tensors;
using DocuChat.Core.Retrieval;

namespace DocuChat.Benchmarks.Retrieval;

/// <summary>A tenant full of passages, published as ingestion publishes them, and their vectors, to rank without a database.</summary>
internal sealed class FilledTenant
{
    private const int ChunksOfADocument = 500;

    private readonly List<float[]> _vectors = [];
    private readonly Dictionary<(Guid DocumentId, int Ordinal), int> _places = [];

    private FilledTenant(Guid id) => Id = id;

    public Guid Id { get; }

    public static async Task<FilledTenant> FillAsync(BenchmarkDatabase database, EmbeddingModel model, NoisyPassages passages, int chunks, Random random, CancellationToken cancellationToken)
    {
        var tenant = new FilledTenant(await database.AddTenantAsync($"t-{Guid.CreateVersion7():n}", cancellationToken));
        for (var done = 0; done < chunks; done += ChunksOfADocument)
            await tenant.AddAsync(database, model, passages, Math.Min(ChunksOfADocument, chunks - done), random, cancellationToken);
        return tenant;
    }

    /// <summary>The truly nearest, by document and ordinal.</summary>
    public IEnumerable<(Guid DocumentId, int Ordinal)> Nearest(float[] question, int count)
    {
        var best = _places.OrderByDescending(place => TensorPrimitives.Dot(_vectors[place.Value], question));
        return best.Take(count).Select(place => place.Key);
    }

    private async Task AddAsync(BenchmarkDatabase database, EmbeddingModel model, NoisyPassages passages, int count, Random random, CancellationToken cancellationToken)
    {
        var document = Guid.CreateVersion7();
        await database.AddDocumentsAsync(Id, [(document, "passages.txt")], cancellationToken);
        var chunks = new List<NewChunk>();
        for (var i = 0; i < count; i++)
        {
            var (text, vector) = passages.Next(random);
            chunks.Add(new NewChunk(i, null, null, 0, text.Length, text, "en", vector));
            _places.Add((document, i), _vectors.Count);
            _vectors.Add(vector);
        }
        await using var connection = await database.Services.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ChunkWriter.ReplaceAsync(connection, transaction, new ChunkBatch { TenantId = Id, DocumentId = document, Version = 1, ModelId = model.Id }, chunks, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
