namespace DocuChat.Sandbox.Answers;

/// <summary>What the answerer says of its own, in the question's language.</summary>
internal static class Phrases
{
    public static string NotInDocuments(string question) => IsPersian(question) ? "این موضوع در اسناد شما نیست." : "This is not in your documents.";

    public static string OnlyQuotes(string question) =>
        IsPersian(question)
            ? "من یک مدل زبانی نیستم: فقط از اسنادی که همراه پرسش می‌آیند جمله نقل می‌کنم و این درخواست سندی ندارد."
            : "I am no language model: I only quote sentences of the documents that come with a question, and this request has none.";

    public static bool IsPersian(string text) => text.Any(c => c is >= '\u0600' and <= '\u06ff' && char.IsLetter(c));
}
