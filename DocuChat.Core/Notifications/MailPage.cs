using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace DocuChat.Core.Notifications;

/// <summary>The frame that every HTML e-mail stands in: one column, styles in line, since mail readers know little else.</summary>
public static class MailPage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>A whole HTML page.</summary>
    /// <param name="language"><c>fa</c> or <c>en</c>; gives the direction as well.</param>
    /// <param name="title">The heading.</param>
    /// <param name="body">HTML, with whatever came from outside encoded by <see cref="Encoded"/>.</param>
    public static string Of(string language, string title, string body)
    {
        var direction = language == "fa" ? "rtl" : "ltr";
        return $"""
            <!doctype html>
            <html lang="{language}" dir="{direction}">
            <head><meta charset="utf-8"><title>{Encoded(title)}</title></head>
            <body style="margin:0;background:#f4f5f7">
            <div dir="{direction}" style="max-width:560px;margin:0 auto;padding:32px 24px;background:#ffffff;color:#1b2430;font:16px/1.8 Vazirmatn,Tahoma,Arial,sans-serif">
            <h1 style="font-size:20px;margin:0 0 16px">{Encoded(title)}</h1>
            {body}
            <p style="color:#5b6472;font-size:13px">DocuChat</p>
            </div>
            </body>
            </html>
            """;
    }

    /// <summary>A link that looks like a button.</summary>
    public static string Button(Uri link, string label) =>
        $"<p style=\"margin:24px 0\"><a href=\"{Encoded(link.ToString())}\" style=\"background:#0f766e;color:#ffffff;padding:12px 32px;border-radius:8px;text-decoration:none;font-weight:700\">{Encoded(label)}</a></p>";

    /// <summary>Text as HTML; Persian letters stay as they are.</summary>
    public static string Encoded(string text) => Encoder.Encode(text);
}
