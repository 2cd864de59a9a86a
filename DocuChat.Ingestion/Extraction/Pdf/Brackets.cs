using System.Buffers;

namespace DocuChat.Ingestion.Extraction.Pdf;

/// <summary>Brackets and quotation marks that have a left and a right form.</summary>
internal static class Brackets
{
    private const string Opening = "([{«‹";
    private const string Closing = ")]}»›";

    private static readonly SearchValues<char> _all = SearchValues.Create(Opening + Closing);

    public static bool Has(string text) => text.AsSpan().ContainsAny(_all);

    /// <summary>How many are opened and closed again in these lines.</summary>
    public static int Pairs(IEnumerable<string> lines)
    {
        var open = new Stack<char>();
        var pairs = 0;
        foreach (var line in lines)
        {
            foreach (var character in line)
            {
                if (Opening.Contains(character))
                    open.Push(character);
                else if (Closing.IndexOf(character, StringComparison.Ordinal) is var kind and >= 0 && open.TryPeek(out var last) && last == Opening[kind])
                {
                    open.Pop();
                    pairs++;
                }
            }
        }
        return pairs;
    }
}
