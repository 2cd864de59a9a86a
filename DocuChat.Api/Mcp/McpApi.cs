using DocuChat.Api.RateLimits;

namespace DocuChat.Api.Mcp;

/// <summary>The Model Context Protocol over streamable HTTP: an agent that holds an API key works with the tenant's documents as with a tool.</summary>
internal static class McpApi
{
    public static void AddMcpApi(this WebApplicationBuilder builder) =>
        builder
            .Services.AddMcpServer(options => options.ServerInfo = new() { Name = "docuchat", Title = "DocuChat", Version = typeof(McpApi).Assembly.GetName().Version?.ToString(3) ?? "1.0.0" })
            // Any replica answers any call.
            .WithHttpTransport(transport => transport.Stateless = true)
            .WithTools<DocumentTools>();

    public static void MapMcpApi(this IEndpointRouteBuilder endpoints) => endpoints.MapMcp("/mcp").RequireAuthorization().RequireRateLimiting(RateLimiting.Questions);
}
