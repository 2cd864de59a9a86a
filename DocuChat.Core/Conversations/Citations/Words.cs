using DocuChat.Core.Text;

namespace DocuChat.Core.Conversations.Citations;

/// <summary>A word of a normalised text and where it stands in it.</summary>
internal readonly record struct Word(string Value, int Start, int End)
{
    /// <summary>Whether two words are forms of one: the same, or alike but for an ending of up to three letters.</summary>
    public bool IsLike(Word other)
    {
        if (Value == other.Value)
            return true;
        var shorter = Math.Min(Value.Length, other.Value.Length);
        if (shorter < 4 || Math.Abs(Value.Length - other.Value.Length) > 3 || char.IsDigit(Value[0]))
            return false;
        var common = Value.AsSpan().CommonPrefixLength(other.Value);
        return common >= Math.Max(4, shorter - 2);
    }

    public static List<Word> Of(NormalizedText text)
    {
        var words = new List<Word>();
        var value = text.Value;
        for (var start = 0; start < value.Length;)
        {
            if (!char.IsLetterOrDigit(value[start]))
            {
                start++;
                continue;
            }
            var end = start + 1;
            while (end < value.Length && (char.IsLetterOrDigit(value[end]) || IsInsideNumber(value, end)))
                end++;
            words.Add(new Word(value[start..end], start, end));
            start = end;
        }
        return words;
    }

    // 3.14 and 1,000 are one word: half of a number supports nothing.
    private static bool IsInsideNumber(string value, int at) => value[at] is '.' or ',' && at + 1 < value.Length && char.IsDigit(value[at - 1]) && char.IsDigit(value[at + 1]);
}
