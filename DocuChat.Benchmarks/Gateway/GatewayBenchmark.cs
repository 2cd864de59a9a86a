using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using DocuChat.Core.Documents;
using DocuChat.Core.Retrieval;
using Npgsql;

namespace DocuChat.Benchmarks.Gateway;

/// <summary>
/// What the Api adds to a model's own time to the first token, with the whole way of an answer in between: sign-in, search over 200 chunks, prompt, reservation, charge;
/// and what is added to that where the model asked is left alone because it failed, and the next one answers.
/// <c>gateway [streams]</c>, by default 500. Clients, model, database and Api share the machine.
/// </summary>
internal static class GatewayBenchmark
{
    // More than the thirty calls after which a method is compiled well.
    private const int WarmUps = 60;
    private const int Questions = 100;
    private const int Chunks = 200;
    private const int FailuresToOpen = 5;

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        var streams = arguments.Names.Count > 0 ? int.Parse(arguments.Names[0], CultureInfo.InvariantCulture) : 500;
        await using var database = await BenchmarkDatabase.CreateAsync(arguments.Database, cancellationToken);
        var model = await database.AddModelAsync(TimedModel.EmbeddingName, TimedModel.Dimensions, [], cancellationToken);
        await using var timed = await TimedModel.StartAsync(cancellationToken);
        await using var api = await ApiProcess.StartAsync(database.ConnectionString, arguments.Redis, timed.Url, Settings(), cancellationToken);
        using var client = api.CreateClient();
        await SignInAndStoreAsync(client, database, model.Id, cancellationToken);
        for (var i = 0; i < WarmUps; i++)
            await AskAsync(client, i, cancellationToken);

        var closed = await OneUserAsync("one user", client, timed, cancellationToken);
        await ManyStreamsAsync(client, api, timed, streams, cancellationToken);
        timed.Fail("gpt-4o");
        for (var i = 0; i < FailuresToOpen; i++)
            await AskAsync(client, i, cancellationToken);
        var open = await OneUserAsync("one user, the circuit of the model asked open", client, timed, cancellationToken);
        Console.WriteLine(FormattableString.Invariant($"  added by the open circuit: p50 {At(open, 50) - At(closed, 50):0.0} ms, p95 {At(open, 95) - At(closed, 95):0.0} ms"));
        return 0;
    }

    /// <returns>What was added to each, sorted.</returns>
    private static async Task<List<double>> OneUserAsync(string who, HttpClient client, TimedModel timed, CancellationToken cancellationToken)
    {
        timed.Taken();
        var asked = new List<double>();
        for (var i = 0; i < Questions; i++)
            asked.Add((await AskAsync(client, i, cancellationToken)).ToFirst);
        var (toFirst, embedding) = timed.Taken();
        var vectors = embedding.Order().ToList();
        var added = asked.Zip(toFirst, (all, own) => all - own).ToList();
        Print($"{who}: added to the time to the first token", added);
        Console.WriteLine(FormattableString.Invariant($"  of it the stand-in's own time for the question's vector: p50 {At(vectors, 50):0.00} ms, p95 {At(vectors, 95):0.00} ms"));
        return added;
    }

    private static async Task ManyStreamsAsync(HttpClient client, ApiProcess api, TimedModel timed, int streams, CancellationToken cancellationToken)
    {
        timed.Taken();
        var (processor, began, most) = (api.ProcessorTime, Stopwatch.GetTimestamp(), api.WorkingSet);
        var asking = Task.WhenAll(Enumerable.Range(0, streams).Select(i => AskAsync(client, i, cancellationToken)));
        while (!asking.IsCompleted)
        {
            most = Math.Max(most, api.WorkingSet);
            await Task.WhenAny(asking, Task.Delay(100, cancellationToken));
        }
        var answers = await asking;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var own = timed.Taken().ToFirst.Average();
        Print(FormattableString.Invariant($"{streams} streams at once: time to the first token less the model's own {own:0} ms"), [.. answers.Where(answer => answer.IsWhole).Select(answer => answer.ToFirst - own)]);
        Console.WriteLine(
            FormattableString.Invariant(
                $"  {answers.Count(answer => !answer.IsWhole)} errors, {seconds:0.0} s in all, peak RSS of the Api {most / 1e6:0} MB, {(api.ProcessorTime - processor).TotalMilliseconds / streams:0.0} ms of processor an answer"
            )
        );
    }

    private static async Task<(double ToFirst, bool IsWhole)> AskAsync(HttpClient client, int number, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat") { Content = JsonContent.Create(new { message = $"What does the handbook say about topic {number % Chunks}?", stream = true }) };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return (double.NaN, false);
        var toFirst = double.NaN;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var @event in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            if (@event.EventType == "delta" && double.IsNaN(toFirst))
                toFirst = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (@event.EventType == "done")
                return (toFirst, JsonDocument.Parse(@event.Data).RootElement.GetProperty("status").GetString() == "complete");
        }
        return (toFirst, false);
    }

    private static async Task SignInAndStoreAsync(HttpClient client, BenchmarkDatabase database, int modelId, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync("auth/register", new { email = "benchmark@example.com", password = "password123", full_name = "Benchmark" }, cancellationToken);
        var registered = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", registered.GetProperty("access_token").GetString());
        var tenant = registered.GetProperty("tenant").GetProperty("id").GetGuid();

        var (document, random) = (Guid.CreateVersion7(), new Random(1));
        var passages = Enumerable.Range(0, Chunks).Select(i => $"Topic {i}: the handbook says that case {i} is decided by department {i % 7} within {i % 30 + 1} days, and that word is sent to whoever asked for it.").ToList();
        await database.AddDocumentsAsync(tenant, [(document, "handbook.txt")], cancellationToken);
        await using (var text = database.Owner.CreateCommand("insert into document_texts (tenant_id, document_id, version, text) values ($1, $2, 1, $3)"))
        {
            text.Parameters.Add(new() { Value = tenant });
            text.Parameters.Add(new() { Value = document });
            text.Parameters.Add(new() { Value = string.Join('\n', passages) });
            await text.ExecuteNonQueryAsync(cancellationToken);
        }
        var start = 0;
        var chunks = new List<NewChunk>();
        foreach (var passage in passages)
        {
            var vector = Enumerable.Range(0, TimedModel.Dimensions).Select(_ => (float)random.NextDouble()).ToArray();
            chunks.Add(new NewChunk(chunks.Count, null, null, start, start + passage.Length, passage, "en", vector));
            start += passage.Length + 1;
        }
        await using var connection = await database.Services.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ChunkWriter.ReplaceAsync(connection, transaction, new ChunkBatch { TenantId = tenant, DocumentId = document, Version = 1, ModelId = modelId, Title = "handbook.txt" }, chunks, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static IEnumerable<(string Key, string Value)> Settings() =>
        [("Models__Embedding__Name", TimedModel.EmbeddingName), ("Models__Embedding__Dimensions", $"{TimedModel.Dimensions}"), ("Answers__LeastEvidence", "0"), ("Models__BreakerFailures", $"{FailuresToOpen}"), ("Models__BreakerSeconds", "3600")];

    private static void Print(string what, List<double> taken)
    {
        taken.Sort();
        Console.WriteLine(FormattableString.Invariant($"{what}: p50 {At(taken, 50):0.0} ms, p90 {At(taken, 90):0.0} ms, p95 {At(taken, 95):0.0} ms, p99 {At(taken, 99):0.0} ms, most {taken[^1]:0.0} ms ({taken.Count})"));
    }

    private static double At(List<double> sorted, int percent) => sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
}
