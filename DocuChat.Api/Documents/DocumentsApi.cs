namespace DocuChat.Api.Documents;

internal static class DocumentsApi
{
    public static void AddDocuments(this WebApplicationBuilder builder) { }

    public static void MapDocumentsApi(this IEndpointRouteBuilder api) { }
}
