using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DocuChat.Api.Http;

internal static class OpenApiDescription
{
    private const string Bearer = "bearer";

    public static void Configure(OpenApiOptions options) =>
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info.Title = "DocuChat API";
                document.Info.Version = "v1";
                document.Info.Description = "Chat with an organisation's own documents, in Persian and English. Errors are problem details (RFC 9457).";
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
                document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "An access token from /auth/login, or an API key.",
                };
                document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
                return Task.CompletedTask;
            }
        );
}
