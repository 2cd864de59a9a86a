using DocuChat.Web.Chat;

namespace DocuChat.Tests.Web.Chat;

public sealed class AnswerMarkdownTests
{
    private static readonly Dictionary<int, string> Labels = new() { [1] = "Handbook, page 4", [2] = "آیین‌نامه \"کارکنان\"" };

    [Theory]
    [InlineData("[1]")]
    [InlineData("【1】")]
    [InlineData("[۱]")]
    [InlineData("[١]")]
    [InlineData("[ 1 ]")]
    [InlineData("[^1]")]
    [InlineData("【1†source】")]
    public void ToHtml_Marker_BecomesButtonOfItsSource(string marker)
    {
        Assert.Equal("<p dir=\"auto\">Nine days <button type=\"button\" class=\"cite\" data-cite=\"1\" title=\"Handbook, page 4\">1</button>.</p>", Html($"Nine days {marker}."));
    }

    [Fact]
    public void ToHtml_SeveralNumbers_EachIsAButton()
    {
        var html = Html("Nine days [1، ۲].");

        Assert.Contains("data-cite=\"1\"", html, StringComparison.Ordinal);
        Assert.Contains("data-cite=\"2\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("[", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[7]", "[7]")]
    [InlineData("[1, 7]", "[1, 7]")]
    [InlineData("[2024]", "[2024]")]
    [InlineData("[0]", "[0]")]
    [InlineData("[a]", "[a]")]
    [InlineData("[]", "[]")]
    [InlineData("[1", "[1")]
    public void ToHtml_NoMarkerOfASource_StaysText(string text, string expected)
    {
        Assert.Equal($"<p dir=\"auto\">See {expected}</p>", Html($"See {text}"));
    }

    [Fact]
    public void ToHtml_MarkersInCode_StayCode()
    {
        var html = Html("`a[1]` and\n\n```\nb[1]\n```");

        Assert.DoesNotContain("<button", html, StringComparison.Ordinal);
        Assert.Contains("<code>a[1]</code>", html, StringComparison.Ordinal);
        Assert.Contains("<pre><code dir=\"ltr\">b[1]", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_MarkersInOtherMarkup_AreFound()
    {
        var html = Html("- **nine days [1]**\n\n| a |\n| --- |\n| b [2] |");

        Assert.Contains("<strong>nine days <button", html, StringComparison.Ordinal);
        Assert.Contains("data-cite=\"2\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_Label_IsEscaped()
    {
        Assert.Contains("title=\"آیین‌نامه &quot;کارکنان&quot;\"", Html("x [2]"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=http://evil.example/a.png onerror=alert(1)>")]
    [InlineData("![x](http://evil.example/a.png)")]
    [InlineData("![x][r]\n\n[r]: http://evil.example/a.png")]
    [InlineData("[x](http://evil.example)")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("<http://evil.example>")]
    [InlineData("<a href='http://evil.example' style='background:url(http://evil.example)'>x</a>")]
    [InlineData("<iframe src=//evil.example></iframe>")]
    [InlineData("<button class=\"cite\" data-cite=\"1\" onclick=\"alert(1)\">1</button>")]
    [InlineData("<svg onload=alert(1)>")]
    [InlineData("| <style>@import 'http://evil.example'</style> |\n| --- |\n| x |")]
    [InlineData("```\" onmouseover=\"alert(1)\nx\n```")]
    public void ToHtml_Anything_NeitherLoadsNorLinksNorRuns(string markdown)
    {
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(Html(markdown));

        var elements = document.Body!.QuerySelectorAll("*").ToList();
        Assert.DoesNotContain(elements, element => element.LocalName is "a" or "img" or "script" or "style" or "iframe" or "svg" or "object" or "link" or "form" or "input");
        Assert.DoesNotContain(elements.SelectMany(element => element.Attributes), attribute => attribute.Name is "href" or "src" or "style" || attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(elements, element => element.LocalName == "button");
    }

    [Fact]
    public void ToHtml_Link_ShowsItsAddressAsText()
    {
        Assert.Equal("<p dir=\"auto\">the site <span class=\"address\" dir=\"ltr\">(https://a.example)</span></p>", Html("[the site](https://a.example)"));
    }

    [Fact]
    public void ToHtml_Blocks_TellTheirDirectionOnceEach()
    {
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(Html("# سلام\n\n- فارسی\n- English\n\n> نقل\n\n| ستون |\n| --- |\n| b |"));

        Assert.Equal(["h3", "ul", "blockquote", "table"], document.QuerySelectorAll("[dir=auto]").Select(element => element.LocalName));
    }

    private static string Html(string markdown) => AnswerMarkdown.ToHtml(markdown, Labels, number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)).Trim();
}
