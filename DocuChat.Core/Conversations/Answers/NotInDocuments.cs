namespace DocuChat.Core.Conversations.Answers;

/// <summary>The answer when nothing relevant was found, in the question's language. No model is asked for it.</summary>
internal static class NotInDocuments
{
    public static string In(string language) =>
        language switch
        {
            "fa" => "پاسخ این پرسش در اسناد شما نیست.",
            "ar" => "لا توجد إجابة عن هذا السؤال في مستنداتك.",
            "de" => "Das steht nicht in Ihren Dokumenten.",
            "fr" => "Ce n'est pas dans vos documents.",
            "es" => "Esto no está en sus documentos.",
            "tr" => "Bu, belgelerinizde yok.",
            _ => "This is not in your documents.",
        };
}
