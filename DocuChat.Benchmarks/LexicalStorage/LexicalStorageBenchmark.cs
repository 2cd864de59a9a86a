using System.Diagnostics;
using System.Globalization;
using DocuChat.Benchmarks.Quality;
using DocuChat.Core.Text;
using DocuChat.Core.Text.Analysis;
using Npgsql;

namespace DocuChat.Benchmarks.LexicalStorage;

/// <summary>
/// What each way to keep postings costs in size, writing and asking, at growing numbers of chunks of one tenant. The chunks are made of sentences of real Persian passages, drawn at random, so that
/// terms are as unequal as in real text; the vocabulary grows less than that of new text would.
/// </summary>
internal static class LexicalStorageBenchmark
{
    private const int ChunksOfADocument = 20;
    private const int SentencesOfAChunk = 6;
    private const int Questions = 100;

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        var collection = Collection.Load(Path.Combine(arguments.Data, "fa-pquad-test"));
        var sentences = collection.Documents.SelectMany(document => SentenceSplitter.Split(document.Text).Select(range => range.Of(document.Text).ToString())).ToList();
        var questions = collection.Answerable.Where((_, i) => i % 50 == 0).Take(Questions).Select(question => question.Text).ToList();
        var sizes = arguments.Names.Where(name => char.IsDigit(name[0])).Select(name => int.Parse(name, CultureInfo.InvariantCulture)).DefaultIfEmpty(1000);
        var wanted = arguments.Names.Where(name => !char.IsDigit(name[0])).ToList();

        Console.WriteLine("storage                chunks    vacuumed    rewritten   bytes/chunk   chunks/s written      p50 ms     p95 ms   of its 10 best shared with the first");
        foreach (var size in sizes)
        {
            IReadOnlyList<IReadOnlyList<long>>? first = null;
            ILexicalStorage[] storages = [new PackedSegments(), new ArrayWithGin(), new RowPerPosting()];
            foreach (var storage in storages.Where(storage => wanted.Count == 0 || wanted.Any(name => storage.Name.Contains(name, StringComparison.Ordinal))))
            {
                await using var database = await BenchmarkDatabase.CreateAsync(arguments.Database, cancellationToken);
                var found = await MeasureAsync(database, storage, size, sentences, questions, first, cancellationToken);
                first ??= found;
            }
        }
        return 0;
    }

    private static async Task<IReadOnlyList<IReadOnlyList<long>>> MeasureAsync(BenchmarkDatabase database, ILexicalStorage storage, int size, List<string> sentences, List<string> questions, IReadOnlyList<IReadOnlyList<long>>? first, CancellationToken cancellationToken)
    {
        var source = storage is PackedSegments ? database.Services : database.Owner;
        var tenant = await database.AddTenantAsync("tenant", cancellationToken);
        await database.AddBareChunksAsync(tenant, size, cancellationToken);
        await storage.CreateAsync(source, cancellationToken);

        var random = new Random(size);
        var (words, writing) = (0L, TimeSpan.Zero);
        for (var begin = 1; begin <= size; begin += ChunksOfADocument)
        {
            var chunks = Enumerable.Range(begin, ChunksOfADocument).Select(id => Analyse(id, string.Join(' ', Enumerable.Range(0, SentencesOfAChunk).Select(_ => sentences[random.Next(sentences.Count)])))).ToList();
            words += chunks.Sum(chunk => (long)chunk.Words);
            var started = Stopwatch.GetTimestamp();
            await storage.AddAsync(source, tenant, chunks, cancellationToken);
            writing += Stopwatch.GetElapsedTime(started);
        }
        var settling = Stopwatch.GetTimestamp();
        await storage.SettleAsync(source, tenant, cancellationToken);
        writing += Stopwatch.GetElapsedTime(settling);
        await database.VacuumAsync(storage.Tables, isFull: false, cancellationToken);
        var vacuumed = await database.SizeAsync(storage.Tables, cancellationToken);

        var figures = new CorpusFigures(size, (double)words / size);
        var (times, found) = (new List<double>(), new List<IReadOnlyList<long>>());
        foreach (var question in questions.Take(10).Concat(questions))
        {
            var terms = TextAnalyzer.AnalyzeQuery(question);
            var started = Stopwatch.GetTimestamp();
            found.Add(await storage.SearchAsync(source, tenant, question, terms, figures, cancellationToken));
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        var ranked = times.Skip(10).Order().ToList();
        await database.VacuumAsync(storage.Tables, isFull: true, cancellationToken);
        var bytes = await database.SizeAsync(storage.Tables, cancellationToken);
        var shared = first is null ? 1 : found.Zip(first).Average(pair => pair.First.Take(10).Intersect(pair.Second.Take(10)).Count() / (double)Math.Max(1, pair.Second.Take(10).Count()));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{storage.Name,-20} {size,8} {vacuumed / 1e6,8:f1} MB {bytes / 1e6,9:f1} MB {bytes / size,13} {size / writing.TotalSeconds,18:f0} {ranked[ranked.Count / 2],11:f2} {ranked[ranked.Count * 95 / 100],10:f2}   {shared:f3}"
            )
        );
        return found;
    }

    private static AnalysedChunk Analyse(long id, string text)
    {
        var terms = new List<uint>();
        var words = TextAnalyzer.Analyze(text, terms);
        return new AnalysedChunk(id, text, terms.CountBy(term => term).ToDictionary(), words);
    }
}
