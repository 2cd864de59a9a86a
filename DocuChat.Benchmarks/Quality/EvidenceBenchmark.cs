using System.Globalization;
using DocuChat.Core.Conversations;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Sandbox.Embeddings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DocuChat.Benchmarks.Quality;

/// <summary>
/// Where "this is not in your documents" begins: for thresholds of the evidence, how many of a collection's own answerable questions are refused, and how many of those that it cannot answer are, be they
/// another collection's or its own without an answer. Evidence is what <see cref="HybridSearch"/> makes of a question.
/// </summary>
internal static class EvidenceBenchmark
{
    private static readonly string[] _standard = ["en-cranfield", "xquad-en", "fa-pquad-test"];

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(arguments.Database, cancellationToken);
        await using var encoder = new SentenceEncoder(Options.Create(new EmbeddingOptions()), NullLogger<SentenceEncoder>.Instance);
        var sets = (arguments.Names.Count > 0 ? arguments.Names : _standard).Select(set => Collection.Load(Path.Combine(arguments.Data, set))).ToList();
        foreach (var asked in sets)
        {
            var indexed = await IndexedCollection.LoadAsync(database, asked, encoder, cancellationToken);
            var columns = new List<Column> { await ColumnAsync("own", asked.Answerable) };
            if (asked.Queries.Any(query => query.IsImpossible))
                columns.Add(await ColumnAsync("unanswerable", asked.Queries.Where(query => query.IsImpossible)));
            foreach (var other in sets.Where(other => other != asked))
                columns.Add(await ColumnAsync(other.Name, other.Answerable));
            Print(asked, columns);

            async Task<Column> ColumnAsync(string name, IEnumerable<CollectionQuery> questions) => new(name, await EvidenceAsync(database, indexed, encoder, [.. questions], cancellationToken));
        }
        return 0;
    }

    private static async Task<List<double>> EvidenceAsync(BenchmarkDatabase database, IndexedCollection indexed, SentenceEncoder encoder, IReadOnlyList<CollectionQuery> questions, CancellationToken cancellationToken)
    {
        var search = new PassageSearch(database.Services);
        var passages = new AnswersOptions().Passages;
        var found = new List<double>();
        foreach (var part in questions.Chunk(256))
        {
            var vectors = await encoder.EncodeAsync([.. part.Select(question => question.Text)], cancellationToken);
            foreach (var (question, vector) in part.Zip(vectors))
            {
                var query = new SearchQuery(indexed.TenantId, question.Text, passages, DocumentIds: null);
                using var lexical = await search.LexicalAsync(query, cancellationToken);
                var meaning = indexed.Model.Knows(LanguageDetector.Detect(query.Text)) ? await search.VectorsAsync(query, indexed.Model, vector.Vector, lexical, cancellationToken) : null;
                found.Add((await search.RankAsync(query, lexical, meaning, cancellationToken)).Evidence);
            }
        }
        found.Sort();
        return found;
    }

    private static void Print(Collection asked, List<Column> columns)
    {
        Console.WriteLine($"\n{asked.Name}: refused, by threshold ({string.Join(", ", columns.Select(column => $"{column.Evidence.Count} questions {column.Name}"))})");
        Console.WriteLine($"  {"",-10}{string.Concat(columns.Select(column => $"{column.Name,16}"))}");
        var place = new AnswersOptions().LeastEvidence;
        foreach (var threshold in Enumerable.Range(4, 13).Select(step => step / 20.0).Append(place).Distinct().Order())
        {
            var cells = columns.Select(column => string.Create(CultureInfo.InvariantCulture, $"{100 * column.Refused(threshold),14:f1} %"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {threshold,-10:0.000}{string.Concat(cells)}{(threshold == place ? "   the default" : "")}"));
        }
    }

    /// <summary>Questions of one kind, and the evidence that was found for each, ascending.</summary>
    private sealed record Column(string Name, IReadOnlyList<double> Evidence)
    {
        /// <summary>The share of them that a threshold refuses.</summary>
        public double Refused(double threshold) => (double)Evidence.Count(evidence => evidence < threshold) / Evidence.Count;
    }
}
