namespace DocuChat.Sandbox.Answers;

internal static class AnswersRegistration
{
    public static void AddAnswers(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ExtractiveAnswerer>();
}
