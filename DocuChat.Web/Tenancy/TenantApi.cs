using DocuChat.Web.Api;

namespace DocuChat.Web.Tenancy;

/// <summary>The signed-in person's organisation at the Api.</summary>
internal sealed class TenantApi(ApiTransport api)
{
    public Task<TenantSettings> GetAsync(CancellationToken ct) => api.GetAsync<TenantSettings>("/tenant", ct);
}
