namespace DocuChat.Core.Text;

/// <summary>A half-open range of a text, in UTF-16 code units.</summary>
public readonly record struct TextRange(int Start, int End)
{
    /// <summary>Number of code units.</summary>
    public int Length => End - Start;

    /// <summary>The text of the range.</summary>
    public ReadOnlySpan<char> Of(string text) => text.AsSpan(Start, Length);
}
