using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace DocuChat.Core.Models;

/// <summary>Counts tokens as OpenAI's current models do (o200k), for answers whose provider names no usage.</summary>
internal static class Tokens
{
    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForModel("gpt-4o"));

    public static int Count(string text) => Tokenizer.Value.CountTokens(text);

    /// <summary>Tokens of a prompt; each message has four more for its frame, and the answer three for its beginning.</summary>
    public static int CountPrompt(IReadOnlyList<ChatMessage> messages) => messages.Sum(message => Count(message.Text) + 4) + 3;
}
