using DocuChat.Web.Session;
using Microsoft.Extensions.Options;

namespace DocuChat.Web.Api;

internal static class ApiRegistration
{
    /// <summary>The clients of the Api, the only service that the Web knows.</summary>
    public static void AddApiClients(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ApiOptions>().BindConfiguration(ApiOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient<AuthApi>((provider, http) => SetUp(provider, http, AuthApi.Patience));
        // Streams and uploads last as long as they need; ApiTransport limits the rest.
        services.AddHttpClient<ApiTransport>((provider, http) => SetUp(provider, http, Timeout.InfiniteTimeSpan));
    }

    private static void SetUp(IServiceProvider provider, HttpClient http, TimeSpan timeout)
    {
        http.BaseAddress = provider.GetRequiredService<IOptions<ApiOptions>>().Value.Url;
        http.Timeout = timeout;
    }
}
