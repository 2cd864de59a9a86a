using System.Text.RegularExpressions;

namespace DocuChat.Sandbox.Answers;

/// <summary>A sentence of a passage, with how well it meets the question.</summary>
/// <param name="Passage">Index of its passage, best first.</param>
/// <param name="Position">Index within its passage.</param>
/// <param name="Coverage">Share of the question's words, by weight, that stand in it; 0 to 1.</param>
/// <param name="Score">Its rank among the others.</param>
internal sealed record ScoredSentence(int Passage, int Position, string Text, double Coverage, double Score);

/// <summary>
/// Scores sentences by the question's words and their 4-letter pieces, each weighted by how rare it is among these sentences. The weights
/// are plain round numbers; docs/decisions/sandbox-models.md says which of them were moved after a measurement.
/// </summary>
internal static partial class LexicalScorer
{
    private const int GramLength = 4;
    private const double GramWeight = 0.5;
    private const double LengthPenalty = 0.2;
    private const double UsualLength = 25;
    private const double PassageWeight = 0.5;
    private const double RankWeight = 0.2;
    private const double NumberWeight = 0.1;
    private const double PreviousWeight = 0.2;

    private sealed record Sentence(int Passage, int Position, string Text, IReadOnlyList<string> Terms)
    {
        public HashSet<string> Words { get; } = [.. Terms];
        public HashSet<string> Grams { get; } = [.. Terms.SelectMany(GramsOf)];
    }

    public static IReadOnlyList<ScoredSentence> Score(string question, IReadOnlyList<Passage> passages)
    {
        var sentences = passages
            .SelectMany((passage, index) => Sentences.Of(passage.Text).Select((text, position) => new Sentence(index, position, text, Terms.Of(text))))
            .ToList();
        var words = new Weights(ContentOf(question), sentences.Select(sentence => sentence.Words));
        var grams = new Weights(words.Asked.SelectMany(GramsOf).Distinct(), sentences.Select(sentence => sentence.Grams));
        var ofPassage = sentences.GroupBy(sentence => sentence.Passage).ToDictionary(group => group.Key, group => words.ShareOfKnown(group.SelectMany(sentence => sentence.Words).ToHashSet()));
        var asksNumber = AsksNumber().IsMatch(question);

        var own = sentences.ConvertAll(sentence =>
        {
            var overlap = words.ShareOfKnown(sentence.Words) + GramWeight * grams.ShareOfKnown(sentence.Grams);
            var length = 1 - LengthPenalty + LengthPenalty * sentence.Terms.Count / UsualLength;
            var prior = PassageWeight * ofPassage[sentence.Passage] + RankWeight / (1 + sentence.Passage);
            return overlap / length + prior + (asksNumber && sentence.Text.Any(char.IsDigit) ? NumberWeight : 0);
        });

        // "He was born in Shiraz." answers when the sentence before it has the name that was asked for.
        return sentences
            .Select((sentence, i) =>
                new ScoredSentence(
                    sentence.Passage,
                    sentence.Position,
                    sentence.Text,
                    words.ShareOfAll(sentence.Words),
                    own[i] + (sentence.Position > 0 ? PreviousWeight * own[i - 1] : 0)
                )
            )
            .ToList();
    }

    private static List<string> ContentOf(string question)
    {
        var all = Terms.Of(question).Distinct().ToList();
        var content = all.FindAll(Terms.IsContent);
        return content.Count > 0 ? content : all;
    }

    private static IEnumerable<string> GramsOf(string term)
    {
        var marked = $"_{term}_";
        return marked.Length <= GramLength ? [marked] : Enumerable.Range(0, marked.Length - GramLength + 1).Select(at => marked.Substring(at, GramLength));
    }

    // "When", "how many", "what year"; چند, چقدر, چه سالی, چه زمانی.
    [GeneratedRegex("""\b(how (many|much|old|long|far|tall|big|large|often)|when|(what|which) (year|date|percent\w*|age|number|day|century))\b|چند|چقدر|چه (سال|تاریخ|زمان|تعداد|مقدار|قرن|روز|وقت)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AsksNumber();

    /// <summary>The question's terms, each with its inverse document frequency among the sentences.</summary>
    private sealed class Weights
    {
        private readonly Dictionary<string, double> _weights;
        private readonly double _all;
        private readonly double _known;

        public Weights(IEnumerable<string> asked, IEnumerable<HashSet<string>> sentences)
        {
            var sets = sentences.ToList();
            Asked = asked.ToList();
            var counts = Asked.ToDictionary(term => term, term => sets.Count(set => set.Contains(term)));
            _weights = counts.ToDictionary(term => term.Key, term => Math.Log(1 + (sets.Count - term.Value + 0.5) / (term.Value + 0.5)));
            _all = _weights.Values.Sum();
            _known = Asked.Where(term => counts[term] > 0).Sum(term => _weights[term]);
        }

        public IReadOnlyList<string> Asked { get; }

        /// <summary>Of what was asked and stands in any sentence, the part in this one.</summary>
        public double ShareOfKnown(HashSet<string> terms) => _known > 0 ? Of(terms) / _known : 0;

        /// <summary>Of all that was asked, the part in this one.</summary>
        public double ShareOfAll(HashSet<string> terms) => _all > 0 ? Of(terms) / _all : 0;

        private double Of(HashSet<string> terms) => _weights.Sum(weight => terms.Contains(weight.Key) ? weight.Value : 0);
    }
}
