using MudBlazor;

namespace DocuChat.Web.Layout;

/// <summary>
/// What MudBlazor's parts look like. Only the shape stands here: the colours of both themes are CSS variables in <c>app.css</c>, so that a
/// page is drawn in the right one before any circuit is up.
/// </summary>
internal static class Appearance
{
    private static readonly string[] Font = ["var(--font)"];

    public static MudTheme Theme { get; } =
        new()
        {
            LayoutProperties = new LayoutProperties { DefaultBorderRadius = "12px" },
            Typography = new Typography
            {
                Default = new DefaultTypography { FontFamily = Font, FontSize = "0.9375rem", LetterSpacing = "0" },
                Button = new ButtonTypography { FontFamily = Font, TextTransform = "none", FontWeight = "600", LetterSpacing = "0" },
                Body1 = new Body1Typography { FontFamily = Font, LetterSpacing = "0" },
                Body2 = new Body2Typography { FontFamily = Font, LetterSpacing = "0" },
                H6 = new H6Typography { FontFamily = Font, FontSize = "1.0625rem", FontWeight = "650", LetterSpacing = "0" },
            },
        };
}
