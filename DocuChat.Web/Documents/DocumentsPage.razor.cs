using DocuChat.Web.Api;
using DocuChat.Web.Layout;
using DocuChat.Web.Localization;
using MudBlazor;

namespace DocuChat.Web.Documents;

/// <summary>The documents, kept up to date by the Api's events, and by asking again while there are none.</summary>
public sealed partial class DocumentsPage
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private List<DocumentRow>? _rows;
    private string? _next;

    protected override async Task OnInitializedAsync()
    {
        if (!RendererInfo.IsInteractive)
            return;
        await LoadAsync();
        _ = FollowAsync();
    }

    private Task<bool> LoadAsync() =>
        TryAsync(async ct =>
        {
            var page = await Api.ListAsync(null, ct);
            (_rows, _next) = ([.. page.Items], page.NextCursor);
        });

    private Task<bool> MoreAsync() =>
        TryAsync(async ct =>
        {
            var page = await Api.ListAsync(_next, ct);
            _rows!.AddRange(page.Items.Where(item => _rows.TrueForAll(row => row.Id != item.Id)));
            _next = page.NextCursor;
        });

    // Runs as long as the page is open. Whatever ends the stream of events, what is under way is asked for until there is a stream again.
    private async Task FollowAsync()
    {
        while (!Closing.IsCancellationRequested)
        {
            await ListenAsync();
            if (Closing.IsCancellationRequested)
                return;
            if (_rows?.Exists(row => row.IsUnderWay) is true)
                await RefreshAsync();
            await Task.Delay(Pause, Time, CancellationToken.None);
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var change in Api.ListenAsync(Closing))
                await InvokeAsync(() => ApplyAsync(change));
        }
        catch (Exception exception) when (exception is ApiUnavailableException or ApiException or OperationCanceledException)
        {
            // The caller asks instead, and listens again.
        }
        catch (SignInExpiredException)
        {
            await InvokeAsync(ToSignIn);
        }
    }

    private Task RefreshAsync() =>
        InvokeAsync(async () =>
        {
            await LoadAsync();
            StateHasChanged();
        });

    private async Task ApplyAsync(DocumentEvent change)
    {
        var index = _rows?.FindIndex(row => row.Id == change.Id) ?? -1;
        if (index < 0)
        {
            await LoadAsync();
        }
        else
        {
            _rows![index] = _rows[index] with { Status = change.Status, Percent = change.Percent, Error = change.Error };
            // The event has not the pages and chunks that a finished document has.
            if (!_rows[index].IsUnderWay)
                await ReloadAsync(change.Id);
        }
        StateHasChanged();
    }

    private Task<bool> ReloadAsync(Guid id) =>
        TryAsync(async ct =>
        {
            var row = await Api.GetAsync(id, ct);
            if (_rows?.FindIndex(known => known.Id == id) is { } index and >= 0)
                _rows[index] = row;
        });

    private async Task OnUploadedAsync(UploadedFile uploaded)
    {
        if (uploaded.AlreadyThere is true)
            Snackbar.Add(T["Documents.AlreadyThere", uploaded.Name], Severity.Info);
        await LoadAsync();
    }

    private async Task DeleteAsync(DocumentRow row)
    {
        if (!await ConfirmDialog.AskAsync(Dialogs, T["Documents.DeleteTitle"], T["Documents.DeleteLead", row.Name], T["Dialog.Delete"]))
            return;
        if (await TryAsync(ct => Api.DeleteAsync(row.Id, ct)))
            _rows?.RemoveAll(known => known.Id == row.Id);
    }

    private async Task ReindexAsync(DocumentRow row)
    {
        if (await TryAsync(ct => Api.ReindexAsync(row.Id, ct)))
            await ReloadAsync(row.Id);
    }

    private async Task CancelAsync(DocumentRow row)
    {
        if (await TryAsync(ct => Api.CancelAsync(row.Id, ct)))
            await ReloadAsync(row.Id);
    }

    private string Summary()
    {
        if (_rows is null or { Count: 0 })
            return T["Documents.Lead"];
        var underWay = _rows.Count(row => row.IsUnderWay);
        var count = Formats.Number(_rows.Count) + (_next is null ? "" : "+");
        return underWay == 0 ? T["Documents.Count", count] : T["Documents.CountUnderWay", count, Formats.Number(underWay)];
    }
}
