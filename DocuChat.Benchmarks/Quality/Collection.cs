using System.Globalization;
using System.Text.Json;

namespace DocuChat.Benchmarks.Quality;

/// <summary>A passage or document of a collection.</summary>
internal sealed record CollectionDocument(string Id, string Title, string Text);

/// <summary>A question, the documents that answer it by grade, and, where the set has them, the answers word for word.</summary>
internal sealed record CollectionQuery(string Id, string Text, IReadOnlyDictionary<string, int> Relevant, IReadOnlyList<string> Answers, bool IsImpossible);

/// <summary>A test collection: <c>corpus.jsonl</c>, <c>queries.jsonl</c> and <c>qrels.tsv</c> in one folder.</summary>
internal sealed record Collection(string Name, IReadOnlyList<CollectionDocument> Documents, IReadOnlyList<CollectionQuery> Queries)
{
    /// <summary>The queries that some document answers: those that a ranking can be measured by.</summary>
    public IEnumerable<CollectionQuery> Answerable => Queries.Where(query => query.Relevant.Count > 0 && !query.IsImpossible);

    public static Collection Load(string folder)
    {
        var documents = Lines(folder, "corpus.jsonl")
            .Select(line => new CollectionDocument(Text(line, "_id"), Text(line, "title"), Text(line, "text")))
            .Where(document => document.Text.Length > 0)
            .ToList();
        var relevant = File.ReadLines(Path.Combine(folder, "qrels.tsv"))
            .Skip(1)
            .Select(line => line.Split('\t'))
            .Select(cells => (Query: cells[0], Document: cells[1], Grade: int.Parse(cells[2], CultureInfo.InvariantCulture)))
            .Where(judgement => judgement.Grade > 0)
            .ToLookup(judgement => judgement.Query);
        var queries = Lines(folder, "queries.jsonl")
            .Select(line =>
            {
                var id = Text(line, "_id");
                var grades = relevant[id].GroupBy(judgement => judgement.Document).ToDictionary(group => group.Key, group => group.Max(judgement => judgement.Grade));
                var answers = line.TryGetProperty("answers", out var list) ? list.EnumerateArray().Select(answer => answer.GetString()!).ToList() : [];
                var isImpossible = line.TryGetProperty("impossible", out var impossible) && impossible.GetBoolean();
                return new CollectionQuery(id, Text(line, "text"), grades, answers, isImpossible);
            })
            .ToList();
        return new Collection(Path.GetFileName(folder.TrimEnd('/')), documents, queries);
    }

    private static IEnumerable<JsonElement> Lines(string folder, string file) =>
        File.ReadLines(Path.Combine(folder, file)).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement);

    private static string Text(JsonElement line, string property) => line.TryGetProperty(property, out var value) ? value.GetString() ?? "" : "";
}
