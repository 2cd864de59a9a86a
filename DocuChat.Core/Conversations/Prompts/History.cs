using System.Text.RegularExpressions;
using DocuChat.Core.Models;
using Microsoft.Extensions.AI;

namespace DocuChat.Core.Conversations.Prompts;

/// <summary>The end of a conversation that fits into a number of tokens.</summary>
internal static partial class History
{
    /// <summary>The newest whole pairs of question and answer, oldest first. A question that was never answered is left out.</summary>
    /// <param name="messages">The conversation, oldest first.</param>
    /// <param name="tokens">What they may take together.</param>
    public static IReadOnlyList<ChatMessage> Within(IReadOnlyList<Message> messages, int tokens)
    {
        var pairs = new Stack<(ChatMessage Question, ChatMessage Answer)>();
        for (var i = messages.Count - 1; i > 0; i--)
        {
            if (messages[i] is not { Role: MessageRole.Assistant } answer || messages[i - 1] is not { Role: MessageRole.User } question)
                continue;
            var pair = (new ChatMessage(ChatRole.User, question.Content), new ChatMessage(ChatRole.Assistant, WithoutMarkers(answer.Content)));
            tokens -= Tokens.CountMessage(pair.Item1) + Tokens.CountMessage(pair.Item2);
            if (tokens < 0)
                break;
            pairs.Push(pair);
        }
        return [.. pairs.SelectMany(pair => new[] { pair.Question, pair.Answer })];
    }

    // Its numbers mean the passages of then; the model would take them for those of now.
    private static string WithoutMarkers(string answer) => Marker().Replace(answer, "");

    [GeneratedRegex(@"\s?\[\d{1,3}\]")]
    private static partial Regex Marker();
}
