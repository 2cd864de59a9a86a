namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>
/// A chunk's number of words in five bits, as Lucene's norms keep it in eight: steps of a quarter of an octave, at most 9 % off, which moves a BM25 score by at most
/// 2 %. It saves each posting a byte, and a posting is four.
/// </summary>
internal static class LengthCode
{
    private const int Shortest = 4;
    private const int StepsPerOctave = 4;

    /// <summary>Largest code.</summary>
    public const int Maximum = 31;

    private static readonly float[] _lengths = [.. Enumerable.Range(0, Maximum + 1).Select(code => (float)(Shortest * Math.Pow(2, (double)code / StepsPerOctave)))];

    public static int Of(int words) =>
        words <= Shortest ? 0 : Math.Min(Maximum, (int)Math.Round(StepsPerOctave * Math.Log2((double)words / Shortest)));

    /// <summary>The number of words that a code stands for.</summary>
    public static float Words(int code) => _lengths[code];
}
