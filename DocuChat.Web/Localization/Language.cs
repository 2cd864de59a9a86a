using System.Globalization;

namespace DocuChat.Web.Localization;

/// <summary>A language of the pages.</summary>
internal sealed record Language(string Code, string OwnName, bool RightToLeft)
{
    public static readonly Language Persian = new("fa", "فارسی", true);
    public static readonly Language English = new("en", "English", false);

    public static IReadOnlyList<Language> All { get; } = [Persian, English];

    /// <summary>The language that this request or circuit speaks.</summary>
    public static Language Current => All.FirstOrDefault(language => language.Code == CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? English;

    public Language Other => this == Persian ? English : Persian;

    public string Direction => RightToLeft ? "rtl" : "ltr";
}
