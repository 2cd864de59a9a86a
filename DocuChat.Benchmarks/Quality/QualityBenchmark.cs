using System.Globalization;
using System.Numerics.Tensors;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Core.Text.Analysis;
using DocuChat.Sandbox.Embeddings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DocuChat.Benchmarks.Quality;

/// <summary>
/// How well search ranks: collections are published as documents of a tenant, and their questions are asked as <see cref="HybridSearch"/> asks them. A document's
/// place is that of its best chunk.
/// </summary>
internal static class QualityBenchmark
{
    private static readonly string[] _standard = ["en-cranfield", "xquad-en", "fa-pquad-test"];

    /// <summary>nDCG@10 as it was published, or measured elsewhere, for comparison.</summary>
    private static readonly Dictionary<string, string> _published = new()
    {
        ["scifact"] = "BM25 0.679, MiniLM 0.645, bge-small 0.713, RRF of BM25 and bge-base 0.742",
        ["nfcorpus"] = "BM25 0.322, MiniLM 0.316",
        ["miracl-fa"] = "BM25 0.357, mDPR 0.480, both 0.610",
    };

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(arguments.Database, cancellationToken);
        await using var encoder = new SentenceEncoder(Options.Create(new EmbeddingOptions()), NullLogger<SentenceEncoder>.Instance);
        foreach (var set in arguments.Names.Count > 0 ? arguments.Names : _standard)
        {
            var collection = Collection.Load(Path.Combine(arguments.Data, set));
            var indexed = await IndexedCollection.LoadAsync(database, collection, encoder, cancellationToken);
            Console.WriteLine($"\n{set}: {collection.Documents.Count} documents, {indexed.Chunks} chunks, {collection.Answerable.Count()} questions with an answer");
            if (_published.TryGetValue(set, out var published))
                Console.WriteLine($"  published: {published}");

            Print("reference BM25 (Porter)", Reference(collection));
            await PrintSidesAsync(database, collection, indexed, encoder, "", query => query, cancellationToken);
            if (collection.Queries.Take(50).Count(query => LanguageDetector.Detect(query.Text) == "fa") > 25)
                await PrintSidesAsync(database, collection, indexed, encoder, ", Arabic keyboard", OnArabicKeyboard, cancellationToken);
        }
        return 0;
    }

    private static async Task PrintSidesAsync(BenchmarkDatabase database, Collection collection, IndexedCollection indexed, SentenceEncoder encoder, string label, Func<string, string> typed, CancellationToken cancellationToken)
    {
        var search = new PassageSearch(database.Services);
        var (lexicalScore, vectorScore, hybridScore, rawScore) = (new RankingScore(), new RankingScore(), new RankingScore(), new RankingScore());
        foreach (var questions in collection.Answerable.Chunk(256))
        {
            var vectors = await encoder.EncodeAsync([.. questions.Select(question => typed(question.Text))], cancellationToken);
            foreach (var (question, vector) in questions.Zip(vectors))
            {
                var query = new SearchQuery(indexed.TenantId, typed(question.Text), HybridSearch.MostPassages, DocumentIds: null);
                using var lexical = await search.LexicalAsync(query, cancellationToken);
                var meaning = await search.VectorsAsync(query, indexed.Model, vector.Vector, lexical, cancellationToken);
                var isKnown = indexed.Model.Knows(LanguageDetector.Detect(query.Text));

                lexicalScore.Add(question.Relevant, Documents(indexed, await search.RankAsync(query, lexical, null, cancellationToken)));
                vectorScore.Add(question.Relevant, Documents(indexed, await search.RankAsync(query, null, meaning, cancellationToken)));
                hybridScore.Add(question.Relevant, Documents(indexed, await search.RankAsync(query, lexical, isKnown ? meaning : null, cancellationToken)));
                rawScore.Add(question.Relevant, Nearest(indexed, vector.Vector));
            }
        }
        Print($"lexical{label}", lexicalScore);
        Print($"vector{label}", vectorScore);
        Print($"raw cosine over the same chunks{label}", rawScore);
        Print($"hybrid{label}", hybridScore);
    }

    private static IReadOnlyList<string> Documents(IndexedCollection indexed, (IReadOnlyList<Passage> Passages, double Evidence) found) =>
        [.. found.Passages.Select(passage => indexed.IdOf(passage.DocumentId)).Distinct()];

    private static IReadOnlyList<string> Nearest(IndexedCollection indexed, float[] question) =>
        [
            .. indexed.Vectors.Select(chunk => (chunk.DocumentId, Cosine: TensorPrimitives.Dot(chunk.Vector, question)))
                .GroupBy(chunk => chunk.DocumentId, (id, chunks) => (Id: id, Cosine: chunks.Max(chunk => chunk.Cosine)))
                .OrderByDescending(document => document.Cosine)
                .Take(100)
                .Select(document => document.Id),
        ];

    private static RankingScore Reference(Collection collection)
    {
        var score = new RankingScore();
        var reference = new ReferenceBm25(collection.Documents.Select(document => $"{document.Title}\n{document.Text}"), ReferenceAnalysis.Terms);
        foreach (var question in collection.Answerable)
            score.Add(question.Relevant, [.. reference.Search(question.Text).Take(100).Select(found => collection.Documents[found.Document].Id)]);
        return score;
    }

    /// <summary>As a Persian question comes from an Arabic keyboard: ي and ك, and no half-space.</summary>
    private static string OnArabicKeyboard(string text) => text.Replace('ی', 'ي').Replace('ک', 'ك').Replace("\u200C", "", StringComparison.Ordinal);

    private static void Print(string name, RankingScore score) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-46} nDCG@10 {score.Ndcg10:f4}   recall@10 {score.Recall10:f4}   recall@100 {score.Recall100:f4}   MRR@10 {score.Mrr10:f4}"
            )
        );
}
