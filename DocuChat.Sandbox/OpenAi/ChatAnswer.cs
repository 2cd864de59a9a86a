using System.Text.RegularExpressions;

namespace DocuChat.Sandbox.OpenAi;

/// <summary>An answer in the pieces in which it is streamed, each about a token.</summary>
internal sealed partial record ChatAnswer(IReadOnlyList<string> Pieces, string FinishReason)
{
    private const string Filler = "word ";

    public string Text => string.Concat(Pieces);

    public static ChatAnswer OfFiller(int tokens, int? most) => Limited(Enumerable.Repeat(Filler, tokens), most);

    public static ChatAnswer OfText(string text, int? most) => Limited(Words().Matches(text).Select(match => match.Value), most);

    private static ChatAnswer Limited(IEnumerable<string> pieces, int? most)
    {
        var kept = new List<string>();
        var left = most ?? int.MaxValue;
        foreach (var piece in pieces)
        {
            left -= most is null ? 0 : ChatTokens.Of(piece);
            if (left < 0)
                return new ChatAnswer(kept, "length");
            kept.Add(piece);
        }
        return new ChatAnswer(kept, "stop");
    }

    [GeneratedRegex("""\S+\s*|\s+""")]
    private static partial Regex Words();
}
