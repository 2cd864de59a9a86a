using System.Numerics.Tensors;
using DocuChat.Benchmarks.Quality;
using DocuChat.Sandbox.Embeddings;

namespace DocuChat.Benchmarks.Retrieval;

/// <summary>
/// As many passages as one wants, made of real ones: the same text, and its vector by the local model moved a little at random. Vectors drawn at random altogether
/// would have no neighbours, and would make any graph look broken.
/// </summary>
internal sealed class NoisyPassages
{
    /// <summary>Length of what is added to a vector of length 1: neighbours of one passage are then as near to each other (a cosine of about 0.8) as passages about one thing.</summary>
    private const float Noise = 0.5f;

    private const int MostCharacters = 300;

    private readonly List<string> _texts;
    private readonly IReadOnlyList<float[]> _vectors;

    private NoisyPassages(List<string> texts, IReadOnlyList<float[]> vectors) => (_texts, _vectors) = (texts, vectors);

    public static async Task<NoisyPassages> LoadAsync(Collection collection, int count, SentenceEncoder encoder, CancellationToken cancellationToken)
    {
        var texts = collection.Documents.Select(document => document.Text).Where(text => text.Length > 0).Take(count).Select(text => text[..Math.Min(text.Length, MostCharacters)]).ToList();
        var vectors = new List<float[]>();
        foreach (var batch in texts.Chunk(32))
            vectors.AddRange((await encoder.EncodeAsync(batch, cancellationToken)).Select(embedding => embedding.Vector));
        return new NoisyPassages(texts, vectors);
    }

    /// <summary>The next one that <paramref name="random"/> chooses.</summary>
    public (string Text, float[] Vector) Next(Random random)
    {
        var index = random.Next(_texts.Count);
        var vector = (float[])_vectors[index].Clone();
        var scale = Noise / MathF.Sqrt(vector.Length);
        for (var i = 0; i < vector.Length; i++)
            vector[i] += scale * Gaussian(random);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        return (_texts[index], vector);
    }

    // Box and Muller's transform.
    private static float Gaussian(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
