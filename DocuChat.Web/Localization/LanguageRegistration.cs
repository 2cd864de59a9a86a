using System.Globalization;
using DocuChat.Web.Session;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;

namespace DocuChat.Web.Localization;

internal static class LanguageRegistration
{
    private const string CookieName = "docuchat.language";

    public static void AddTexts(this WebApplicationBuilder builder)
    {
        builder.Services.AddLocalization();
        builder.Services.AddScoped<Formats>();
    }

    /// <summary>
    /// The language is the UI culture only; the culture for numbers and dates stays invariant, so that no machine text (a width in CSS, a
    /// query) is ever written with Persian digits or separators by accident. What people read is written by <see cref="Formats"/>.
    /// </summary>
    public static void UseTexts(this WebApplication app) =>
        app.UseRequestLocalization(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo(Language.English.Code));
            options.SupportedCultures = [CultureInfo.InvariantCulture];
            options.SupportedUICultures = [.. Language.All.Select(language => CultureInfo.GetCultureInfo(language.Code))];
            options.RequestCultureProviders = [new CustomRequestCultureProvider(OfCookieAsync), new CustomRequestCultureProvider(OfBrowserAsync)];
        });

    public static void MapTextsApi(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/language/{code}", Choose);

    private static RedirectHttpResult Choose(string code, string? @return, HttpContext context)
    {
        if (Language.All.Any(language => language.Code == code))
            context.Response.Cookies.Append(
                CookieName,
                code,
                new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, IsEssential = true, Secure = context.Request.IsHttps }
            );
        return TypedResults.LocalRedirect(Paths.Local(@return));
    }

    private static Task<ProviderCultureResult?> OfCookieAsync(HttpContext context) => Task.FromResult(Of(context.Request.Cookies[CookieName]));

    private static Task<ProviderCultureResult?> OfBrowserAsync(HttpContext context)
    {
        var wanted = context.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(header => header.Quality ?? 1).Select(header => Of(header.Value.Value?.Split('-')[0]));
        return Task.FromResult(wanted.FirstOrDefault(culture => culture is not null));
    }

    private static ProviderCultureResult? Of(string? code) => Language.All.Any(language => language.Code == code) ? new ProviderCultureResult("", code!) : null;
}
