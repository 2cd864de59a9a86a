using DocuChat.Api.ApiKeys;
using DocuChat.Api.Auth;
using DocuChat.Api.Billing;
using DocuChat.Api.Chat;
using DocuChat.Api.Conversations;
using DocuChat.Api.Documents;
using DocuChat.Api.Mcp;
using DocuChat.Api.Members;
using DocuChat.Api.OpenAi;
using DocuChat.Api.Search;
using DocuChat.Api.Tenancy;
using DocuChat.Api.Usage;
using DocuChat.ServiceDefaults;

namespace DocuChat.Api;

internal static class Endpoints
{
    /// <summary>Maps the features, each with the endpoints of its own folder.</summary>
    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api/v1");
        api.MapHealthEndpoints("");
        api.MapAuthApi();
        api.MapTenantApi();
        api.MapMembersApi();
        api.MapApiKeysApi();
        api.MapDocumentsApi();
        api.MapSearchApi();
        api.MapChatApi();
        api.MapOpenAiApi();
        api.MapConversationsApi();
        api.MapUsageApi();
        api.MapInvoicesApi();
        api.MapPayApi();
        endpoints.MapMcpApi();
    }
}
