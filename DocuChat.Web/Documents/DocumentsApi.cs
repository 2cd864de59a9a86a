using System.Runtime.CompilerServices;
using DocuChat.Web.Api;

namespace DocuChat.Web.Documents;

/// <summary>The tenant's documents at the Api.</summary>
internal sealed class DocumentsApi(ApiTransport api)
{
    public Task<Listing<DocumentRow>> ListAsync(string? cursor, CancellationToken ct, int limit = 100) =>
        api.GetAsync<Listing<DocumentRow>>($"/documents?limit={limit}" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), ct);

    public Task<DocumentRow> GetAsync(Guid id, CancellationToken ct) => api.GetAsync<DocumentRow>($"/documents/{id}", ct);

    /// <summary>The extracted text of a version; null for the one that answers are made from.</summary>
    public Task<string> GetTextAsync(Guid id, int? version, CancellationToken ct) => api.GetTextAsync(version is null ? $"/documents/{id}/text" : $"/documents/{id}/text?version={version}", ct);

    public async Task DeleteAsync(Guid id, CancellationToken ct)
    {
        try
        {
            await api.SendAsync(HttpMethod.Delete, $"/documents/{id}", null, ct);
        }
        catch (ApiException exception) when (exception.Status == 404)
        {
            // Deleted elsewhere: what was wanted is so.
        }
    }

    public Task ReindexAsync(Guid id, CancellationToken ct) => api.SendAsync(HttpMethod.Post, $"/documents/{id}/reindex", null, ct);

    public Task CancelAsync(Guid id, CancellationToken ct) => api.SendAsync(HttpMethod.Post, $"/documents/{id}/cancel", null, ct);

    public async IAsyncEnumerable<DocumentEvent> ListenAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var item in api.StreamAsync(HttpMethod.Get, "/documents/events", null, null, ct))
        {
            if (item.EventType == "document")
                yield return WireJson.Read<DocumentEvent>(item.Data);
        }
    }
}
