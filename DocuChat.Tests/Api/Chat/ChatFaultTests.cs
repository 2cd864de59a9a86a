using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Tests.Infrastructure;
using Npgsql;
using Xunit;

namespace DocuChat.Tests.Api.Chat;

/// <summary>Whatever the model server does: one honest outcome, one charge or none, and the metrics that say so.</summary>
[Collection(AloneCollection.Name)]
public sealed class ChatFaultTests(ChatFaultTests.Fixture fixture) : IClassFixture<ChatFaultTests.Fixture>, IAsyncLifetime
{
    private const string Passage = "Employees may take thirty days of paid leave a year.";
    private static readonly string[] _cited = ["Employees may take thirty days ", "of paid leave a year [1]."];

    private readonly ModelServer _models = fixture.Models;
    private readonly ApiFactory _api = fixture.Api;
    private ApiUser _user = null!;
    private IReadOnlyDictionary<string, double> _outcomesBefore = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>One Api for the class; each test is a tenant of its own.</summary>
    public sealed class Fixture() : ModelsFixture(("Models:IdleSeconds", "1"), ("Models:FirstTokenSeconds", "1"), ("Models:BreakerFailures", "1000"));

    public async ValueTask InitializeAsync()
    {
        _models.Embeds = true;
        _models.Forget();
        _user = await ApiUser.RegisterAsync(_api);
        await _user.StoreAsync("leave.txt", Passage);
        _outcomesBefore = await OutcomesAsync();
    }

    public ValueTask DisposeAsync()
    {
        _user.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Ask_AllWell_AnswersCitesAndChargesOnce()
    {
        _models.Expect("gpt-4o", Reply.Text(_cited));
        var events = await AskAsync();

        Assert.Equal(["sources", "delta", "delta", "citation", "delta", "delta", "usage", "done"], Types(events));
        var done = events[^1].Data;
        Assert.Equal("Employees may take thirty days of paid leave a year [1].", done.GetProperty("answer").GetString());
        Assert.True(done.GetProperty("grounded").GetBoolean());
        var citation = Assert.Single(done.GetProperty("citations").EnumerateArray());
        Assert.Equal(Passage, citation.GetProperty("quote").GetString());
        Assert.Equal((0, Passage.Length), (citation.GetProperty("char_start").GetInt32(), citation.GetProperty("char_end").GetInt32()));
        await AssertChargedAsync(done, "complete", "gpt-4o", 100, 20, "Provider");
        Assert.Equal(1, (await _user.MetricAsync("docuchat_citation_total"))["result=\"verified\""]);
        var receipt = done.GetProperty("receipt");
        Assert.Equal(
            ["cost_tomans", "extractive", "fallback_reason", "model", "model_asked", "seconds", "seconds_to_first_token", "tokens_in", "tokens_out"],
            receipt.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(("gpt-4o", null), (Receipt(done, "model_asked"), Receipt(done, "fallback_reason")));
        Assert.InRange(receipt.GetProperty("seconds_to_first_token").GetDouble(), 0, receipt.GetProperty("seconds").GetDouble());
    }

    [Theory]
    [InlineData(429, "0", 2)]
    [InlineData(429, "3600", 1)]
    [InlineData(500, null, 2)]
    [InlineData(503, "0", 2)]
    public async Task Ask_ModelFails_TheNextOneAnswers(int status, string? retryAfter, int tries)
    {
        _models.Expect("gpt-4o", Reply.Error(status, retryAfter));
        _models.Expect("gpt-4o-mini", Reply.Text(_cited));
        var done = (await AskAsync())[^1].Data;

        await AssertChargedAsync(done, "complete", "gpt-4o-mini", 100, 20, "Provider");
        Assert.Equal(("gpt-4o", status == 429 ? "rate_limited" : "server_error"), (Receipt(done, "model_asked"), Receipt(done, "fallback_reason")));
        // Nobody below repeats a request unseen.
        Assert.Equal(tries + 1, _models.ChatRequests.Count);
        var requests = await _user.MetricAsync("openai_request_total");
        Assert.Equal(tries, requests[$"model=\"gpt-4o\",status=\"{(status == 429 ? "rate_limited" : "server_error")}\""]);
        Assert.Equal(1, requests["model=\"gpt-4o-mini\",status=\"success\""]);
    }

    [Fact]
    public async Task Ask_ModelRecoversOnRetry_NoFallback()
    {
        _models.Expect("gpt-4o", Reply.Error(429, "0"), Reply.Text(_cited));
        var done = (await AskAsync())[^1].Data;

        await AssertChargedAsync(done, "complete", "gpt-4o", 100, 20, "Provider");
        Assert.Null(Receipt(done, "fallback_reason"));
    }

    [Fact]
    public async Task Ask_ModelHangsBeforeItsFirstToken_TheNextOneAnswers()
    {
        _models.Expect("gpt-4o", new Reply { Pieces = [], Ending = Ending.Hang });
        _models.Expect("gpt-4o-mini", Reply.Text(_cited));
        var done = (await AskAsync())[^1].Data;

        await AssertChargedAsync(done, "complete", "gpt-4o-mini", 100, 20, "Provider");
        Assert.Equal("timeout", Receipt(done, "fallback_reason"));
        // Whoever was kept waiting once is not kept waiting for the same again.
        Assert.Equal(1, (await _user.MetricAsync("openai_request_total"))["model=\"gpt-4o\",status=\"timeout\""]);
    }

    [Theory]
    [InlineData(Ending.Closed, "server_error")]
    [InlineData(Ending.Malformed, "server_error")]
    [InlineData(Ending.Cut, "unreachable")]
    // An answer without a word.
    [InlineData(Ending.Whole, "server_error")]
    public async Task Ask_StreamBreaksBeforeItsFirstToken_TheNextOneAnswers(Ending ending, string reason)
    {
        _models.Expect("gpt-4o", new Reply { Pieces = [], Ending = ending });
        _models.Expect("gpt-4o-mini", Reply.Text(_cited));
        var done = (await AskAsync())[^1].Data;

        await AssertChargedAsync(done, "complete", "gpt-4o-mini", 100, 20, "Provider");
        Assert.Equal(reason, Receipt(done, "fallback_reason"));
        Assert.Equal(2, (await _user.MetricAsync("openai_request_total"))[$"model=\"gpt-4o\",status=\"{reason}\""]);
    }

    [Fact]
    public async Task Ask_ModelRefusesTheRequest_NoOtherIsAskedAndTheReaderIsToldSo()
    {
        _models.Expect("gpt-4o", Reply.Error(400));
        var failed = (await AskAsync())[^1];

        Assert.Equal(("error", 502, "The language model refused this question."), (failed.Event, failed.Data.GetProperty("status").GetInt32(), failed.Data.GetProperty("title").GetString()));
        Assert.Equal("gpt-4o", Assert.Single(_models.ChatRequests).GetProperty("model").GetString());
        Assert.Equal((0, 0), (await CountAsync("usage_events"), await CountAsync("usage_reservations")));
        Assert.Equal(1, (await _user.MetricAsync("openai_request_total"))["model=\"gpt-4o\",status=\"refused\""]);
        await AssertOutcomeAsync("failed");
    }

    [Theory]
    [InlineData(Ending.Closed)]
    [InlineData(Ending.Cut)]
    [InlineData(Ending.Malformed)]
    [InlineData(Ending.Hang)]
    public async Task Ask_StreamBreaksInTheMiddle_IsShownAsCutAndChargedForWhatCame(Ending ending)
    {
        var read = new TaskCompletionSource();
        _models.Expect("gpt-4o", new Reply { Pieces = _cited, Ending = ending, Between = (i, stop) => i == _cited.Length ? read.Task.WaitAsync(stop) : Task.CompletedTask });
        var done = (await AskAsync(type => _ = type == "citation" && read.TrySetResult()))[^1].Data;

        Assert.Equal("Employees may take thirty days of paid leave a year [1].", done.GetProperty("answer").GetString());
        await AssertChargedAsync(done, "partial", "gpt-4o", null, null, "Tokenizer");
        Assert.Single(_models.ChatRequests);
        Assert.Equal(1, (await _user.MetricAsync("openai_request_total"))["model=\"gpt-4o\",status=\"truncated\""]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 0)]
    [InlineData(null, null)]
    public async Task Ask_UsageMissingOrImpossible_IsCounted(int? tokensIn, int? tokensOut)
    {
        _models.Expect("gpt-4o", new Reply { Pieces = _cited, Usage = tokensIn is null ? null : (tokensIn.Value, tokensOut!.Value) });
        var done = (await AskAsync())[^1].Data;
        await AssertChargedAsync(done, "complete", "gpt-4o", null, null, "Tokenizer");
    }

    [Theory]
    [InlineData("sandbox-extractive", true)]
    [InlineData("fp_123", false)]
    public async Task Ask_AnswererThatOnlyQuotes_ItsReceiptSaysSo(string fingerprint, bool extractive)
    {
        _models.Expect("gpt-4o", new Reply { Pieces = _cited, Fingerprint = fingerprint });
        Assert.Equal(extractive, (await AskAsync())[^1].Data.GetProperty("receipt").GetProperty("extractive").GetBoolean());
    }

    [Fact]
    public async Task Ask_AnswerAtItsLongest_IsPartial()
    {
        _models.Expect("gpt-4o", new Reply { Pieces = _cited, FinishReason = "length" });
        await AssertChargedAsync((await AskAsync())[^1].Data, "partial", "gpt-4o", 100, 20, "Provider");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_NoModelAnswers_EndsWithAnErrorAndChargesNothing(bool embeds)
    {
        _models.Embeds = embeds;
        _models.Expect("gpt-4o", Reply.Error(500));
        _models.Expect("gpt-4o-mini", Reply.Error(500));
        var events = await AskAsync();

        Assert.Equal("error", events[^1].Event);
        Assert.Equal(503, events[^1].Data.GetProperty("status").GetInt32());
        Assert.NotEmpty(events[^1].Data.GetProperty("detail").GetString()!);
        Assert.Equal(0, await CountAsync("usage_events"));
        Assert.Equal(0, await CountAsync("usage_reservations"));
        Assert.All((await _user.MetricAsync("openai_tokens_total")).Values, value => Assert.Equal(0, value));
        Assert.Equal(1, (await _user.MetricAsync("rag_query_total")).Values.Sum());
        Assert.Equal(1, (await _user.MetricAsync("ml_fallback_total")).Values.Sum());
        await AssertOutcomeAsync("failed");

        using var whole = await _user.Client.PostAsJsonAsync("chat", new { message = "How many days of paid leave?", stream = false }, Stop);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, whole.StatusCode);
        Assert.Equal("application/problem+json", whole.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Stop_WhileStreaming_KeepsAndChargesWhatCame()
    {
        _models.Expect("gpt-4o", new Reply { Pieces = [.. _cited, " And more."], Between = (i, stop) => i == 2 ? Task.Delay(Timeout.Infinite, stop) : Task.CompletedTask });
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat") { Content = JsonContent.Create(new { message = "How many days of paid leave?", stream = true }) };
        using var response = await _user.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        var (id, last) = ("", default((string Event, JsonElement Data)));
        await foreach (var @event in ApiUser.EventsAsync(await response.Content.ReadAsStreamAsync(Stop)))
        {
            last = @event;
            if (@event.Event == "sources")
                id = @event.Data.GetProperty("message_id").GetString()!;
            if (@event.Event == "citation")
            {
                using var stopped = await _user.Client.PostAsync(new Uri($"chat/{id}/stop", UriKind.Relative), null, Stop);
                Assert.Equal(System.Net.HttpStatusCode.NoContent, stopped.StatusCode);
            }
        }

        Assert.Equal("done", last.Event);
        await AssertChargedAsync(last.Data, "stopped", "gpt-4o", null, null, "Tokenizer");
    }

    private Task<IReadOnlyList<(string Event, JsonElement Data)>> AskAsync(Action<string>? seen = null) => _user.StreamAsync(new { message = "How many days of paid leave?", stream = true }, seen);

    /// <summary>Holds the answer's receipt, the ledger, the sums, the metrics and the stored message against each other.</summary>
    private async Task AssertChargedAsync(JsonElement done, string status, string model, int? tokensIn, int? tokensOut, string source)
    {
        Assert.Equal(status, done.GetProperty("status").GetString());
        Assert.Equal(model, Receipt(done, "model"));
        var id = done.GetProperty("message_id").GetGuid();
        var calls = await RowsAsync("select kind, model, tokens_in, tokens_out, token_source, cost_tomans from usage_events where request_id = $1 order by kind", id);
        Assert.Equal(["Chat", "QuestionEmbedding"], calls.Select(row => (string)row[0]));
        Assert.Equal((model, source), ((string)calls[0][1], (string)calls[0][4]));
        var (used, made) = ((int)calls[0][2], (int)calls[0][3]);
        Assert.Equal((tokensIn ?? used, tokensOut ?? made), (used, made));
        Assert.True(used > 20 && made > 5, $"{used} tokens in, {made} out");
        Assert.Equal((7, 0), ((int)calls[1][2], (int)calls[1][3]));

        var receipt = done.GetProperty("receipt");
        Assert.Equal((used + 7, made), (receipt.GetProperty("tokens_in").GetInt32(), receipt.GetProperty("tokens_out").GetInt32()));
        Assert.Equal((used + 7 + made) * 0.02m, receipt.GetProperty("cost_tomans").GetDecimal());
        Assert.Equal(receipt.GetProperty("cost_tomans").GetDecimal(), calls.Sum(row => (decimal)row[5]));

        Assert.Equal(0, await CountAsync("usage_reservations"));
        var tokens = await _user.MetricAsync("openai_tokens_total");
        Assert.Equal((used, made), ((int)tokens[$"direction=\"in\",model=\"{model}\""], (int)tokens[$"direction=\"out\",model=\"{model}\""]));
        Assert.Equal(7, tokens["direction=\"in\",model=\"stand-in-embedding\""]);
        Assert.Equal(1, (await _user.MetricAsync("rag_query_total"))[$"model=\"{model}\""]);
        Assert.Equal(Receipt(done, "fallback_reason") is null ? 0 : 1, (await _user.MetricAsync("ml_fallback_total"))["from_model=\"gpt-4o\",to_model=\"gpt-4o-mini\""]);
        await AssertOutcomeAsync(status == "partial" ? "cut" : status);
        var stored = await StoredAnswerAsync();
        Assert.Equal((done.GetProperty("answer").GetString(), status), (stored.Content, stored.Status.ToLowerInvariant()));
    }

    private async Task AssertOutcomeAsync(string outcome) =>
        Assert.Equal([(outcome, 1)], (await OutcomesAsync()).Select(now => (now.Key, now.Value - _outcomesBefore[now.Key])).Where(change => change.Item2 != 0));

    /// <summary>The answers of the class's Api so far, by how they ended; no tenant is named there.</summary>
    private async Task<IReadOnlyDictionary<string, double>> OutcomesAsync() =>
        (await _user.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop))
            .Split('\n')
            .Where(line => line.StartsWith("docuchat_answer_total{", StringComparison.Ordinal))
            .ToDictionary(line => line.Split('"')[1], line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));

    private async Task<(string Content, string Status)> StoredAnswerAsync()
    {
        while (true)
        {
            var rows = await RowsAsync("select content, status from messages where role = 'Assistant' and tenant_id = $1", _user.TenantId);
            if (rows.Count > 0)
                return ((string)rows[0][0], (string)rows[0][1]);
            await Task.Delay(20, Stop);
        }
    }

    private async Task<long> CountAsync(string table) =>
        table switch
        {
            "usage_events" => (long)(await RowsAsync("select count(*) from usage_events where tenant_id = $1", _user.TenantId))[0][0],
            "usage_reservations" => (long)(await RowsAsync("select count(*) from usage_reservations where tenant_id = $1", _user.TenantId))[0][0],
            _ => throw new ArgumentOutOfRangeException(nameof(table)),
        };

    private async Task<IReadOnlyList<object[]>> RowsAsync(string query, Guid key)
    {
        await using var command = _api.Database.Operator.CreateCommand(query);
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var rows = new List<object[]>();
        while (await reader.ReadAsync(Stop))
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return rows;
    }

    private static string? Receipt(JsonElement done, string name) => done.GetProperty("receipt").GetProperty(name).GetString();

    private static IEnumerable<string> Types(IEnumerable<(string Event, JsonElement Data)> events) => events.Select(@event => @event.Event);
}
