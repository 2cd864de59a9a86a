using Microsoft.AspNetCore.Components.Server;
using MudBlazor;
using MudBlazor.Services;

namespace DocuChat.Web.Layout;

internal static class PagesRegistration
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        // Run from its build and not published, as the AppHost and the tests do, the Web finds its own files and MudBlazor's by this.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(SetCircuits);
        builder.Services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            options.SnackbarConfiguration.VisibleStateDuration = 5000;
            options.SnackbarConfiguration.PreventDuplicates = true;
        });
        builder.Services.AddHttpContextAccessor();
    }

    public static void UsePages(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = "'none'");
    }

    // A circuit costs memory on the server: few that lost their browser are kept, and not for long, since every page can be loaded anew.
    private static void SetCircuits(CircuitOptions options)
    {
        options.DisconnectedCircuitMaxRetained = 50;
        options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
    }
}
