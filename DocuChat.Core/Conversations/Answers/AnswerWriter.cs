using System.Text;
using DocuChat.Core.Conversations.Citations;
using DocuChat.Core.Text;

namespace DocuChat.Core.Conversations.Answers;

/// <summary>
/// Turns a model's stream into what a reader may see: text in which every citation marker was checked against the stored passages. A
/// marker that is not supported is left out, with the white space before it, and counted.
/// </summary>
internal sealed class AnswerWriter(string tenant, IReadOnlyList<StoredPassage?> passages, ConversationMetrics metrics)
{
    private readonly CitationParser _parser = new();
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _sinceMarker = new();
    private readonly List<AnswerCitation> _citations = [];
    private string _sentence = "";
    private string _spaceOfDropped = "";

    /// <summary>The text so far, as the reader saw it.</summary>
    public string Text => _text.ToString();

    public IReadOnlyList<AnswerCitation> Citations => _citations;

    /// <summary>Takes the next piece of the model's stream.</summary>
    public IEnumerable<AnswerEvent> Add(string piece) => _parser.Add(piece).SelectMany(Write);

    /// <summary>Gives what was held back when the stream ended.</summary>
    public IEnumerable<AnswerEvent> End() => _parser.End().SelectMany(Write);

    private IEnumerable<AnswerEvent> Write(AnswerPiece piece)
    {
        if (!piece.IsMarker)
        {
            _sinceMarker.Append(piece.Text);
            var space = IsClosing(piece.Text[0]) ? "" : _spaceOfDropped;
            _spaceOfDropped = "";
            yield return Show(space + piece.Text);
            yield break;
        }

        var sentence = SentenceOfMarker();
        var kept = new List<int>();
        foreach (var number in piece.Numbers.Distinct())
        {
            if (Check(number, sentence) is not { } citation)
                continue;
            kept.Add(number);
            var known = _citations.FindIndex(other => other.N == number);
            if (known < 0)
                _citations.Add(citation);
            else if (_citations[known].Quote == citation.Quote)
                continue;
            else
                _citations[known] = citation;
            yield return new CitationVerified(citation);
        }
        if (kept.Count > 0)
            yield return Show(piece.Text + string.Concat(kept.Select(number => $"[{number}]")));
        else
            _spaceOfDropped = piece.Text;
    }

    private AnswerCitation? Check(int number, string sentence)
    {
        var citation = number <= passages.Count ? passages[number - 1]?.Cite(number, sentence) : null;
        metrics.Cited(
            tenant,
            citation is not null ? ConversationMetrics.Verified
                : number > passages.Count ? ConversationMetrics.Unknown
                : ConversationMetrics.Unsupported
        );
        return citation;
    }

    // What a marker cites is the sentence, or the part of one since the last marker, that it stands after; markers in a row share one.
    private string SentenceOfMarker()
    {
        var since = _sinceMarker.ToString();
        _sinceMarker.Clear();
        var last = SentenceSplitter.Split(since).LastOrDefault(sentence => since[sentence.Start..sentence.End].Any(char.IsLetterOrDigit));
        if (last.Length > 0)
            _sentence = since[last.Start..last.End];
        return _sentence;
    }

    private TextAdded Show(string text)
    {
        _text.Append(text);
        return new TextAdded(text);
    }

    private static bool IsClosing(char c) => c is '.' or ',' or ';' or ':' or '!' or '?' or ')' or '؟' or '،' or '؛' or '»' or '\n';
}
