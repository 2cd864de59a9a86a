namespace DocuChat.Web.Usage;

internal static class UsageRegistration
{
    public static void AddUsage(this WebApplicationBuilder builder) => builder.Services.AddScoped<UsageApi>();
}
