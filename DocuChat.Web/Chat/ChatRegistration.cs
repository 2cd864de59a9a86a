namespace DocuChat.Web.Chat;

internal static class ChatRegistration
{
    public static void AddChat(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<ChatApi>();
        builder.Services.AddScoped<Conversations>();
    }
}
