using Microsoft.ML.Tokenizers;

namespace DocuChat.Core.Text;

/// <summary>
/// Counts tokens as gpt-4o does (o200k). Sizes of chunks and prompts are counted with it whatever model answers: its vocabulary knows Persian
/// words, where a small English one splits them into letters.
/// </summary>
public static class TokenCounter
{
    private static readonly Lazy<TiktokenTokenizer> _tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>Number of tokens of a text.</summary>
    public static int Count(string text) => Count(text.AsSpan());

    /// <inheritdoc cref="Count(string)"/>
    public static int Count(ReadOnlySpan<char> text) => _tokenizer.Value.CountTokens(text, considerNormalization: false);

    /// <summary>Length, in UTF-16 code units, of the longest beginning of a text that has at most <paramref name="tokens"/> tokens.</summary>
    public static int LengthOf(string text, int tokens) =>
        _tokenizer.Value.GetIndexByTokenCount(text, tokens, out _, out _, considerNormalization: false);
}
