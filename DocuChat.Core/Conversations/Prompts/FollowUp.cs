using System.Collections.Frozen;
using DocuChat.Core.Text;

namespace DocuChat.Core.Conversations.Prompts;

/// <summary>
/// Makes a follow-up findable without a model: a question that is very short, or that points back ("and its price?"), is searched for
/// together with the question before it.
/// </summary>
internal static class FollowUp
{
    private const int FewWords = 3;

    // Where a pronoun points back; later in a question it mostly points inside it.
    private const int FirstWords = 5;

    private static readonly FrozenSet<string> _pointing = FrozenSet.ToFrozenSet(
        "it its that this those these they them their he his she her there then and also else ان این انها اینها او ایشان انجا همین همان ان‌ها چطور دیگر و آن آنها آنجا".Split(' ')
    );

    public static string SearchText(string question, IReadOnlyList<Message> history)
    {
        if (history.LastOrDefault(message => message.Role == MessageRole.User) is not { } before)
            return question;
        var words = TextNormalizer.Normalize(question).Value.Split([' ', ',', '?', '!', '.', ':', ';'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length <= FewWords || words.Take(FirstWords).Any(_pointing.Contains) ? $"{before.Content}\n{question}" : question;
    }
}
