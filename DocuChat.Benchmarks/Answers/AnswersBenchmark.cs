using System.Diagnostics;
using DocuChat.Benchmarks.Quality;
using DocuChat.Core.Text;
using DocuChat.Sandbox.Answers;
using DocuChat.Sandbox.Embeddings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DocuChat.Benchmarks.Answers;

/// <summary>
/// How often the gold answer stands in what the extractive answerer quotes, when the right passage is among the five that it gets (where
/// BM25 does not find it, it takes the fifth place); and how often it refuses questions of another set, which these passages cannot answer.
/// </summary>
internal static class AnswersBenchmark
{
    private const int Questions = 1_200;
    private const int QuestionsOfPquad = 1_000;
    private const int Passages = 5;

    private static readonly string[] _sets = ["fa-pquad-test", "xquad-en"];

    public static async Task<int> RunAsync(IReadOnlyList<string> sets, CancellationToken cancellationToken)
    {
        var data = Environment.GetEnvironmentVariable("DOCUCHAT_DATA") ?? Path.Combine("..", "shared", "data");
        var collections = (sets.Count > 0 ? sets : _sets).Select(set => Collection.Load(Path.Combine(data, set))).ToList();
        var offTopic = Collection.Load(Path.Combine(data, "en-cranfield"));
        await using var encoder = new SentenceEncoder(Options.Create(new EmbeddingOptions()), NullLogger<SentenceEncoder>.Instance);
        var answerer = new ExtractiveAnswerer(encoder);

        Console.WriteLine("set | questions | gold answer quoted | refused | sentences an answer | ms a question | off-topic refused");
        foreach (var collection in collections)
        {
            var shelf = new Shelf(collection);
            var asked = Sample([.. collection.Answerable.Where(query => query.Answers.Count > 0)], collection.Name.Contains("pquad", StringComparison.Ordinal) ? QuestionsOfPquad : Questions);
            var (quoted, refused, sentences) = (0, 0, 0);
            var watch = Stopwatch.StartNew();
            foreach (var query in asked)
            {
                var answer = await answerer.AnswerAsync(query.Text, shelf.Find(query), cancellationToken);
                refused += answer == Phrases.NotInDocuments(query.Text) ? 1 : 0;
                sentences += answer.Split('[').Length - 1;
                var normalized = TextNormalizer.Normalize(answer).Value;
                quoted += query.Answers.Any(gold => normalized.Contains(TextNormalizer.Normalize(gold).Value, StringComparison.Ordinal)) ? 1 : 0;
            }
            var milliseconds = watch.Elapsed.TotalMilliseconds / asked.Count;

            // Those that share no word with any passage find none, and never come here.
            var strangers = offTopic.Queries.Where(query => shelf.Find(query).Count > 0).ToList();
            var turnedAway = 0;
            foreach (var query in strangers)
                turnedAway += await answerer.AnswerAsync(query.Text, shelf.Find(query), cancellationToken) == Phrases.NotInDocuments(query.Text) ? 1 : 0;

            Console.WriteLine(
                $"{collection.Name} | {asked.Count} | {(double)quoted / asked.Count:P1} | {(double)refused / asked.Count:P1} | {(double)sentences / asked.Count:F2} | {milliseconds:F1} | {(double)turnedAway / Math.Max(1, strangers.Count):P1} of {strangers.Count}"
            );
        }
        return 0;
    }

    private static List<CollectionQuery> Sample(IReadOnlyList<CollectionQuery> queries, int count) =>
        queries.Count <= count ? [.. queries] : [.. Enumerable.Range(0, count).Select(i => queries[(int)((long)i * queries.Count / count)])];

    /// <summary>A set's passages, the best for a question first.</summary>
    private sealed class Shelf(Collection collection)
    {
        private readonly ReferenceBm25 _index = new(collection.Documents.Select(document => $"{document.Title} {document.Text}"), Terms.Of);

        public IReadOnlyList<Passage> Find(CollectionQuery query)
        {
            var found = _index.Search(query.Text).Take(Passages).Select(hit => collection.Documents[hit.Document]).ToList();
            var right = collection.Documents.FirstOrDefault(document => query.Relevant.ContainsKey(document.Id));
            if (right is not null && !found.Contains(right))
                found = [.. found.Take(Passages - 1), right];
            return [.. found.Select((document, index) => new Passage(index + 1, document.Text))];
        }
    }
}
