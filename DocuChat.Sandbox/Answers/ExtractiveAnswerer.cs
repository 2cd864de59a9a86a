using DocuChat.Sandbox.Embeddings;

namespace DocuChat.Sandbox.Answers;

/// <summary>
/// Answers from the passages of a prompt with their own sentences, word for word, each followed by its citation. It makes up nothing,
/// because it writes nothing.
/// </summary>
internal sealed class ExtractiveAnswerer(SentenceEncoder encoder)
{
    private const int MostSentences = 3;

    // A further sentence is quoted when it is nearly as good as the best one.
    private const double NearlyAsGood = 0.6;

    // Below this share of its words found in one sentence a question may be put in other words, or be about something else.
    private const double WordsMeet = 0.5;
    private const double NoWordsMeet = 0.2;
    private const double MeaningMeets = 0.4;

    // What is compared by meaning, at about 5 ms a sentence.
    private const int SentencesToEmbed = 12;

    /// <summary>The answer to a question from the passages, best passage first.</summary>
    public async Task<string> AnswerAsync(string question, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        if (passages.Count == 0)
            return Phrases.OnlyQuotes(question);

        var sentences = LexicalScorer.Score(question, passages);
        if (sentences.Count == 0)
            return Phrases.NotInDocuments(question);

        var coverage = sentences.Max(sentence => sentence.Coverage);
        var meaning = 0.0;
        if (coverage < WordsMeet && !Phrases.IsPersian(question))
            (sentences, meaning) = await ByMeaningAsync(question, sentences, cancellationToken);
        return coverage < NoWordsMeet && meaning < MeaningMeets ? Phrases.NotInDocuments(question) : Quote(sentences, passages);
    }

    private async Task<(IReadOnlyList<ScoredSentence> Sentences, double Best)> ByMeaningAsync(string question, IReadOnlyList<ScoredSentence> sentences, CancellationToken cancellationToken)
    {
        // The model knows English only.
        var candidates = sentences.Where(sentence => !Phrases.IsPersian(sentence.Text)).OrderByDescending(sentence => sentence.Score).Take(SentencesToEmbed).ToList();
        if (candidates.Count == 0)
            return (sentences, 0);
        var embeddings = await encoder.EncodeAsync([question, .. candidates.Select(sentence => sentence.Text)], cancellationToken);
        var likeness = embeddings.Skip(1).Select(embedding => (double)Dot(embeddings[0].Vector, embedding.Vector)).ToList();
        return ([.. candidates.Zip(likeness, (sentence, like) => sentence with { Score = sentence.Score + Math.Max(0, like) })], likeness.Max());
    }

    private static string Quote(IReadOnlyList<ScoredSentence> sentences, IReadOnlyList<Passage> passages)
    {
        var telling = sentences.Where(sentence => !Sentences.IsHeading(sentence.Text)).ToList();
        var best = (telling.Count > 0 ? telling : sentences).OrderByDescending(sentence => sentence.Score).Take(MostSentences).ToList();
        // Passages in the order of their best sentence, the sentences of one in the order of the text.
        var quoted = best.FindAll(sentence => sentence.Score >= NearlyAsGood * best[0].Score)
            .GroupBy(sentence => sentence.Passage)
            .Select(group => string.Join(' ', group.OrderBy(sentence => sentence.Position).Select(sentence => $"{sentence.Text} [{passages[sentence.Passage].Number}]")));
        return string.Join("\n\n", quoted);
    }

    private static float Dot(float[] left, float[] right)
    {
        var sum = 0f;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
