using System.Collections.Frozen;
using DocuChat.Core.Text;

namespace DocuChat.Core.Conversations.Citations;

/// <summary>
/// Finds, in the stored text of a cited passage, the words that a sentence of an answer rests on. First word for word (after normalising);
/// else the sentence or two neighbours that hold most of its telling words. What holds too few of them is no support, and there is no
/// second, laxer try.
/// </summary>
internal sealed class QuoteFinder
{
    /// <summary>The share of a sentence's telling words that its quote must hold. A paraphrase keeps names, numbers and terms, which are about half of it.</summary>
    public const double LeastShare = 0.5;

    /// <summary>What a second sentence must add to be worth showing: the shorter quote is the better one.</summary>
    private const double WorthASecond = 0.2;

    private static readonly FrozenSet<string> _plain = FrozenSet.ToFrozenSet(
        (
            "the a an of and or to in on at by for with from as is are was were be been it its this that these those which who what not no also than then there their they he she we you "
            + "و در به از که این را با است برای آن یک بر تا هم نیز یا اما می شود شد شده بود های ها ای هر چه اگر باید خود هستند دارد دارند کرد کند نه"
        ).Split(' ')
    );

    private readonly string _text;
    private readonly NormalizedText _normalized;
    private readonly List<(int Start, int End, List<Word> Words)> _sentences = [];
    private readonly bool _hasArabicScript;
    private readonly bool _hasOtherScript;

    /// <param name="text">The stored text of the passage.</param>
    public QuoteFinder(string text)
    {
        _text = text;
        _normalized = TextNormalizer.Normalize(text);
        foreach (var sentence in SentenceSplitter.Split(text))
            _sentences.Add((sentence.Start, sentence.End, Word.Of(TextNormalizer.Normalize(text[sentence.Start..sentence.End]))));
        var words = _sentences.SelectMany(sentence => sentence.Words).Where(word => char.IsLetter(word.Value[0])).ToLookup(IsArabicScript);
        _hasArabicScript = words[true].Any();
        _hasOtherScript = words[false].Any();
    }

    /// <summary>The range of the passage's text that supports <paramref name="sentence"/>, or null when none does.</summary>
    public TextRange? Find(string sentence)
    {
        var normalized = TextNormalizer.Normalize(sentence);
        return Verbatim(normalized.Value) ?? BestSentences(Word.Of(normalized));
    }

    private TextRange? Verbatim(string sentence)
    {
        var wanted = sentence.AsSpan().Trim(" .!?;:,\"'()[]-*#>").ToString();
        // A word or two are found anywhere.
        if (wanted.Length < 12)
            return null;
        var at = _normalized.Value.IndexOf(wanted, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var (start, end) = _normalized.ToOriginal(at, at + wanted.Length);
        return new TextRange(start, WithItsFullStop(end));
    }

    private int WithItsFullStop(int end) => end < _text.Length && _text[end] is '.' or '!' or '?' or '؟' or '؛' ? end + 1 : end;

    private TextRange? BestSentences(List<Word> sentence)
    {
        var telling = sentence.Where(IsTelling).Where(IsComparable).DistinctBy(word => word.Value).ToList();
        if (telling.Count == 0)
            return null;
        var (best, bestShare) = ((TextRange?)null, 0.0);
        for (var count = 1; count <= 2; count++)
            for (var first = 0; first + count <= _sentences.Count; first++)
            {
                var span = _sentences.GetRange(first, count);
                var share = (double)telling.Count(word => span.Exists(part => part.Words.Exists(word.IsLike))) / telling.Count;
                if (share > bestShare + (count > 1 ? WorthASecond : 0))
                    (best, bestShare) = (new TextRange(span[0].Start, span[^1].End), share);
            }
        return bestShare >= LeastShare ? best : null;
    }

    private static bool IsTelling(Word word) => char.IsDigit(word.Value[0]) || word.Value.Length > 1 && !_plain.Contains(word.Value);

    // An answer in Persian from an English passage shares its numbers and its Latin names with it; the other words cannot be compared.
    private bool IsComparable(Word word) => char.IsDigit(word.Value[0]) || (IsArabicScript(word) ? _hasArabicScript : _hasOtherScript);

    private static bool IsArabicScript(Word word) => word.Value[0] is >= '\u0600' and <= '\u06FF';
}
