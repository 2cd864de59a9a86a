using DocuChat.Web.Api;
using DocuChat.Web.Session;
using Microsoft.AspNetCore.Components;

namespace DocuChat.Web.Layout;

/// <summary>A component that talks to the Api: it leads back to the sign-in when that is over, and keeps what went wrong to be shown.</summary>
public abstract class ApiComponent : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>Cancelled when the component goes away.</summary>
    protected CancellationToken Closing => _closing.Token;

    /// <summary>What went wrong last; null when all is well.</summary>
    protected Trouble? Trouble { get; set; }

    /// <summary>Does something with the Api. Whether it was done; if not, <see cref="Trouble"/> says why.</summary>
    protected async Task<bool> TryAsync(Func<CancellationToken, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            await work(Closing);
            Trouble = null;
            return true;
        }
        catch (SignInExpiredException)
        {
            ToSignIn();
        }
        catch (ApiUnavailableException)
        {
            Trouble = new Trouble(TroubleKind.Unavailable);
        }
        catch (ApiException exception)
        {
            Trouble = Trouble.Of(exception);
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The component is gone; nobody is left to be told.
        }
        return false;
    }

    protected void ToSignIn() => Navigation.NavigateTo(Paths.SignInFor("/" + Navigation.ToBaseRelativePath(Navigation.Uri)), forceLoad: true);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _closing.CancelAsync();
        _closing.Dispose();
    }
}
