using Microsoft.ML.Tokenizers;

namespace DocuChat.Core.Models;

/// <summary>Counts tokens as OpenAI's current models do (o200k), for answers whose provider names no usage.</summary>
internal static class Tokens
{
    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForModel("gpt-4o"));

    public static int Count(string text) => Tokenizer.Value.CountTokens(text);
}
