using Microsoft.JSInterop;

namespace DocuChat.Web.Layout;

internal static class JsModule
{
    /// <summary>Lets go of a module. A browser that has gone has let go of it already.</summary>
    public static async ValueTask ReleaseAsync(IJSObjectReference? module)
    {
        try
        {
            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
        }
    }
}
