using DocuChat.Web.Api;

namespace DocuChat.Web.Usage;

/// <summary>What the tenant used, at the Api.</summary>
internal sealed class UsageApi(ApiTransport api)
{
    /// <summary>The three totals, and the parts of one period.</summary>
    /// <param name="period"><c>24h</c>, <c>7d</c> or <c>month</c>.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<UsageReport> GetAsync(string period, CancellationToken ct) => api.GetAsync<UsageReport>($"/usage?period={period}", ct);
}
