using System.Numerics.Tensors;
using Pgvector;

namespace DocuChat.Core.Retrieval;

/// <summary>Vectors are stored and compared at length 1: their inner product is then the cosine, whatever a model gives.</summary>
internal static class UnitVector
{
    public static HalfVector Of(ReadOnlySpan<float> vector)
    {
        var length = TensorPrimitives.Norm(vector);
        var unit = new Half[vector.Length];
        for (var i = 0; i < vector.Length; i++)
            unit[i] = (Half)(length > 0 ? vector[i] / length : 0);
        return new HalfVector(unit);
    }
}
