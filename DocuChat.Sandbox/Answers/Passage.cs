using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace DocuChat.Sandbox.Answers;

/// <summary>A numbered passage of a document, as the prompt gives it.</summary>
internal sealed partial record Passage(int Number, string Text)
{
    /// <summary>
    /// The passages of a prompt, each <c>&lt;passage n="1" document="name" page="3"&gt;text&lt;/passage&gt;</c>. Their text is escaped, so nothing
    /// inside of one can end it or begin another.
    /// </summary>
    public static IReadOnlyList<Passage> Parse(string prompt) =>
        [
            .. Element()
                .Matches(prompt)
                .Select(match => new Passage(int.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture), WebUtility.HtmlDecode(match.Groups["text"].Value.Trim()))),
        ];

    [GeneratedRegex("""<passage n="(?<n>\d{1,4})"[^>]*>(?<text>[^<]*)</passage>""", RegexOptions.CultureInvariant)]
    private static partial Regex Element();
}
