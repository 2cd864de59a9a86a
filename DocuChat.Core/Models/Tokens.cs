using DocuChat.Core.Text;
using Microsoft.Extensions.AI;

namespace DocuChat.Core.Models;

/// <summary>Size of prompts, for limits and for answers whose provider names no usage.</summary>
internal static class Tokens
{
    /// <summary>Tokens of a prompt; each message has four more for its frame, and the answer three for its beginning.</summary>
    public static int CountPrompt(IReadOnlyList<ChatMessage> messages) => messages.Sum(CountMessage) + 3;

    /// <summary>Tokens of one message with its frame.</summary>
    public static int CountMessage(ChatMessage message) => TokenCounter.Count(message.Text) + 4;
}
