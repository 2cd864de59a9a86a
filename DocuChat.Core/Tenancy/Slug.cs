using System.Globalization;
using System.Text;

namespace DocuChat.Core.Tenancy;

/// <summary>Makes the short name of a tenant from its full one: safe in a URL, a metric's label and a Kubernetes name.</summary>
public static class Slug
{
    /// <summary>Longest slug, in characters; leaves room for the number that makes one unique.</summary>
    public const int MaximumLength = 48;

    // Letter by letter, without the vowels that Persian does not write: a readable hint of the name, not a transcription.
    private static readonly Dictionary<char, string> Persian = new()
    {
        ['ا'] = "a",
        ['آ'] = "a",
        ['أ'] = "a",
        ['إ'] = "e",
        ['ب'] = "b",
        ['پ'] = "p",
        ['ت'] = "t",
        ['ث'] = "s",
        ['ج'] = "j",
        ['چ'] = "ch",
        ['ح'] = "h",
        ['خ'] = "kh",
        ['د'] = "d",
        ['ذ'] = "z",
        ['ر'] = "r",
        ['ز'] = "z",
        ['ژ'] = "zh",
        ['س'] = "s",
        ['ش'] = "sh",
        ['ص'] = "s",
        ['ض'] = "z",
        ['ط'] = "t",
        ['ظ'] = "z",
        ['ع'] = "a",
        ['غ'] = "gh",
        ['ف'] = "f",
        ['ق'] = "gh",
        ['ک'] = "k",
        ['ك'] = "k",
        ['گ'] = "g",
        ['ل'] = "l",
        ['م'] = "m",
        ['ن'] = "n",
        ['و'] = "v",
        ['ؤ'] = "v",
        ['ه'] = "h",
        ['ة'] = "h",
        ['ی'] = "y",
        ['ي'] = "y",
        ['ى'] = "y",
        ['ئ'] = "y",
    };

    /// <summary>The slug of <paramref name="name"/>, or null when it has no letter or digit that a slug can hold.</summary>
    public static string? From(string name)
    {
        var slug = new StringBuilder(MaximumLength);
        foreach (var c in name.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (slug.Length >= MaximumLength)
                break;
            if (Persian.TryGetValue(c, out var latin))
                slug.Append(latin);
            else if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
                slug.Append(c);
            else if (char.IsDigit(c))
                slug.Append((int)char.GetNumericValue(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        var made = slug.ToString().Trim('-');
        return made.Length == 0 ? null : made;
    }
}
