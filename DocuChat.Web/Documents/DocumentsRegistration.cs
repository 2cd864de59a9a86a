namespace DocuChat.Web.Documents;

internal static class DocumentsRegistration
{
    public static void AddDocuments(this WebApplicationBuilder builder) => builder.Services.AddScoped<DocumentsApi>();
}
