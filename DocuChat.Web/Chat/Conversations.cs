using DocuChat.Web.Api;

namespace DocuChat.Web.Chat;

/// <summary>The list of conversations in the side bar, shared by the pages of one circuit.</summary>
internal sealed class Conversations(ChatApi api)
{
    private List<ConversationHead>? _items;
    private string? _next;

    /// <summary>Newest first; null before the first load.</summary>
    public IReadOnlyList<ConversationHead>? Items => _items;

    public bool HasMore => _next is not null;

    /// <summary>Raised after the list changed.</summary>
    public event Action? Changed;

    /// <summary>Raised after a conversation was deleted.</summary>
    public event Action<Guid>? Deleted;

    public async Task ReloadAsync(CancellationToken ct)
    {
        var page = await api.ListAsync(null, ct);
        (_items, _next) = ([.. page.Items], page.NextCursor);
        Changed?.Invoke();
    }

    public async Task LoadMoreAsync(CancellationToken ct)
    {
        var page = await api.ListAsync(_next, ct);
        (_items ??= []).AddRange(page.Items);
        _next = page.NextCursor;
        Changed?.Invoke();
    }

    public async Task RenameAsync(Guid id, string title, CancellationToken ct)
    {
        await api.RenameAsync(id, title, ct);
        if (_items?.FindIndex(item => item.Id == id) is { } index and >= 0)
            _items[index] = _items[index] with { Title = title };
        Changed?.Invoke();
    }

    public async Task DeleteAsync(Guid id, CancellationToken ct)
    {
        try
        {
            await api.DeleteAsync(id, ct);
        }
        catch (ApiException exception) when (exception.Status == 404)
        {
            // Deleted in another tab: what was wanted is so.
        }
        _items?.RemoveAll(item => item.Id == id);
        Changed?.Invoke();
        Deleted?.Invoke(id);
    }
}
