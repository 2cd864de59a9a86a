using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax.Inlines;

namespace DocuChat.Web.Chat;

/// <summary>A citation marker in an answer: <c>[1]</c>, <c>[1, 2]</c>, <c>【1】</c>, <c>[۱]</c>.</summary>
internal sealed class CitationMarker(string written, IReadOnlyList<int> numbers) : LeafInline
{
    /// <summary>As it stands in the text, for a number that means nothing.</summary>
    public string Written { get; } = written;

    public IReadOnlyList<int> Numbers { get; } = numbers;
}

/// <summary>Finds the markers. Code is safe from it, because Markdown reads code before anything inside it.</summary>
internal sealed class CitationMarkerParser : InlineParser
{
    /// <summary>No answer has more sources; a longer number is a year or the like.</summary>
    private const int MaximumDigits = 2;

    public CitationMarkerParser() => OpeningCharacters = ['[', '【', '［'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var text = slice.Text;
        var closing = slice.CurrentChar switch { '【' => '】', '［' => '］', _ => ']' };
        var end = text.IndexOf(closing, slice.Start, slice.End - slice.Start + 1);
        if (end < 0 || Numbers(text.AsSpan(slice.Start + 1, end - slice.Start - 1)) is not { } numbers)
            return false;
        // [1](address) is a link.
        if (end < slice.End && text[end + 1] == '(')
            return false;

        processor.Inline = new CitationMarker(text.Substring(slice.Start, end - slice.Start + 1), numbers);
        slice.Start = end + 1;
        return true;
    }

    /// <summary>Reads <c>1</c>, <c>1, 2</c>, <c>۱، ۲</c>, <c>^1</c> and OpenAI's <c>1†source</c>; null when it is anything else.</summary>
    internal static List<int>? Numbers(ReadOnlySpan<char> inside)
    {
        var numbers = new List<int>();
        foreach (var part in inside.SplitAny(',', '،', ';', '؛'))
        {
            var word = inside[part].Trim().TrimStart('^');
            if (word.IndexOf('†') is var dagger and >= 0)
                word = word[..dagger];
            if (Number(word) is not { } number)
                return null;
            numbers.Add(number);
        }
        return numbers;
    }

    // char.GetNumericValue knows the digits of every script.
    private static int? Number(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > MaximumDigits)
            return null;
        var number = 0;
        foreach (var c in word)
        {
            if (!char.IsDigit(c))
                return null;
            number = number * 10 + (int)char.GetNumericValue(c);
        }
        return number > 0 ? number : null;
    }
}

/// <summary>Writes a marker as a button for each number that has a source, and as it stood otherwise.</summary>
internal sealed class CitationMarkerRenderer(IReadOnlyDictionary<int, string> labels, Func<int, string> digits) : HtmlObjectRenderer<CitationMarker>
{
    protected override void Write(HtmlRenderer renderer, CitationMarker obj)
    {
        if (!obj.Numbers.All(labels.ContainsKey))
        {
            renderer.WriteEscape(obj.Written);
            return;
        }
        foreach (var number in obj.Numbers)
        {
            renderer.Write("<button type=\"button\" class=\"cite\" data-cite=\"").Write(number.ToString(System.Globalization.CultureInfo.InvariantCulture)).Write("\" title=\"");
            renderer.WriteEscape(labels[number]).Write("\">").WriteEscape(digits(number)).Write("</button>");
        }
    }
}
