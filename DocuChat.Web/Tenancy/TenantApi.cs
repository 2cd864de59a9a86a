using System.Text.Json.Nodes;
using DocuChat.Web.Api;

namespace DocuChat.Web.Tenancy;

/// <summary>The signed-in person's organisation at the Api.</summary>
internal sealed class TenantApi(ApiTransport api)
{
    public Task<TenantSettings> GetAsync(CancellationToken ct) => api.GetAsync<TenantSettings>("/tenant", ct);

    /// <summary>Changes what is sent; an object, so that a budget of null can be told from none that is sent.</summary>
    public Task<TenantSettings> ChangeAsync(JsonObject change, CancellationToken ct) => api.SendAsync<TenantSettings>(HttpMethod.Patch, "/tenant", change, ct);
}
