using System.Net.ServerSentEvents;
using DocuChat.Web.Api;

namespace DocuChat.Web.Chat;

/// <summary>Questions, answers and conversations at the Api.</summary>
internal sealed class ChatApi(ApiTransport api)
{
    public IAsyncEnumerable<SseItem<string>> AskAsync(ChatRequest request, CancellationToken ct) => api.StreamAsync(HttpMethod.Post, "/chat", request, null, ct);

    /// <summary>The rest of an answer whose stream was lost.</summary>
    public IAsyncEnumerable<SseItem<string>> ResumeAsync(Guid messageId, string? lastEventId, CancellationToken ct) =>
        api.StreamAsync(HttpMethod.Get, $"/chat/{messageId}/events", null, lastEventId, ct);

    public Task StopAsync(Guid messageId, CancellationToken ct) => api.SendAsync(HttpMethod.Post, $"/chat/{messageId}/stop", null, ct);

    public Task<Listing<ConversationHead>> ListAsync(string? cursor, CancellationToken ct) =>
        api.GetAsync<Listing<ConversationHead>>(cursor is null ? "/conversations" : $"/conversations?cursor={Uri.EscapeDataString(cursor)}", ct);

    public Task<ConversationWhole> GetAsync(Guid id, CancellationToken ct) => api.GetAsync<ConversationWhole>($"/conversations/{id}", ct);

    public Task RenameAsync(Guid id, string title, CancellationToken ct) => api.SendAsync(HttpMethod.Patch, $"/conversations/{id}", new TitleChange(title), ct);

    public Task DeleteAsync(Guid id, CancellationToken ct) => api.SendAsync(HttpMethod.Delete, $"/conversations/{id}", null, ct);

    public Task RateAsync(Guid messageId, int rating, CancellationToken ct) => api.SendAsync(HttpMethod.Post, $"/messages/{messageId}/feedback", new FeedbackBody(rating), ct);
}
