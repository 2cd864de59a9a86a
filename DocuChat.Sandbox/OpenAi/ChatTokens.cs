using Microsoft.ML.Tokenizers;

namespace DocuChat.Sandbox.OpenAi;

/// <summary>Tokens as gpt-4o counts them. The vocabulary takes 50 MB and is loaded with the first chat.</summary>
internal static class ChatTokens
{
    // Each message is wrapped in three tokens, and the answer is begun with three.
    private const int Wrapping = 3;

    private static readonly Lazy<TiktokenTokenizer> _tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    public static int Of(string text) => _tokenizer.Value.CountTokens(text, considerNormalization: false);

    public static int Of(IEnumerable<ChatRequest.Message> messages) => Wrapping + messages.Sum(message => Wrapping + Of(message.Role ?? "") + Of(message.Text));
}
