using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Core.Conversations;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace DocuChat.Tests.Api.Chat;

/// <summary>How long is waited: for a slow model, for a reader that may come back, and before a model that failed is tried again. The Api's clock is the test's.</summary>
public sealed class PatienceTests : IAsyncLifetime
{
    private static readonly string[] _pieces = ["Employees may take thirty days ", "of paid leave a year [1].", " And more.", " And the rest."];
    private readonly TaskCompletionSource[] _goOn = [.. _pieces.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private ModelServer _models = null!;
    private ApiFactory _api = null!;
    private ApiUser _user = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _models = await ModelServer.StartAsync();
        _api = await ApiFactory.CreateAsync(
            _models.Settings(("Models:IdleSeconds", "600"), ("Models:Retries", "0"), ("Models:BreakerFailures", "2")),
            services => services.AddSingleton<TimeProvider>(_time)
        );
        _user = await ApiUser.RegisterAsync(_api);
        await _user.StoreAsync("leave.txt", "Employees may take thirty days of paid leave a year.");
    }

    public async ValueTask DisposeAsync()
    {
        _user.Dispose();
        await _api.DisposeAsync();
        await _models.DisposeAsync();
    }

    [Fact]
    public async Task SlowTokens_AreWaitedForLongerThanTheFirst()
    {
        string[] pieces = ["Thirty", " days", " of", " leave."];
        _models.Expect("gpt-4o", new Reply { Pieces = pieces, Between = (i, stop) => i < pieces.Length ? _goOn[i].Task.WaitAsync(stop) : Task.CompletedTask });
        var came = 0;

        var done = (
            await _user.StreamAsync(
                new { message = "How many days of paid leave?", stream = true },
                type =>
                {
                    if (type != "delta" || ++came == pieces.Length)
                        return;
                    _time.Advance(TimeSpan.FromSeconds(20));
                    _goOn[came].SetResult();
                }
            )
        )[^1].Data;

        Assert.Equal(("complete", "Thirty days of leave."), (done.GetProperty("status").GetString(), done.GetProperty("answer").GetString()));
        var receipt = done.GetProperty("receipt");
        Assert.Equal((0, 60), (receipt.GetProperty("seconds_to_first_token").GetDouble(), receipt.GetProperty("seconds").GetDouble()));
        Assert.Equal(20, receipt.GetProperty("tokens_out").GetInt32());
        Assert.Single(_models.ChatRequests);
    }

    [Fact]
    public async Task ReaderIsLost_AnswerGoesOnForHalfAMinute_ThenStopsIsKeptAndChargedOnce()
    {
        _models.Expect("gpt-4o", new Reply { Pieces = _pieces, Between = (i, stop) => i is 2 or 3 ? _goOn[i].Task.WaitAsync(stop) : Task.CompletedTask });
        var (id, seen) = await AnswerStream.AskUntilCitationAsync(_user.Client);

        // Gone for less than that: the answer is still made, and read on without a gap.
        _time.Advance(TimeSpan.FromSeconds(29));
        _goOn[2].SetResult();
        var next = seen[^1].Id;
        await foreach (var (number, type, data) in AnswerStream.ReadAsync(_user.Client, id, after: next))
        {
            Assert.Equal(++next, number);
            if (type == "delta" && data.GetProperty("text").GetString() == " And more.")
                break;
        }

        var (left, stopped) = (_time.GetUtcNow(), _models.CallerGoneAsync(Stop));
        while (!stopped.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, Stop);
        }
        Assert.True(_time.GetUtcNow() - left >= TimeSpan.FromSeconds(30));
        await using var context = _api.Database.Context(_user.TenantId);
        Message? stored;
        while ((stored = await context.Messages.SingleOrDefaultAsync(message => message.Role == MessageRole.Assistant, Stop)) is null)
            await Task.Delay(20, Stop);
        Assert.Equal((MessageStatus.Partial, "Employees may take thirty days of paid leave a year [1]. And more."), (stored.Status, stored.Content));
        Assert.Equal([CallKind.Chat, CallKind.QuestionEmbedding], (await context.UsageEvents.Select(call => call.Kind).ToListAsync(Stop)).Order());
        Assert.Empty(await context.UsageReservations.ToListAsync(Stop));
        Assert.Single(_models.ChatRequests);
        Assert.Equal(1, (await _user.MetricAsync("openai_request_total"))["model=\"gpt-4o\",status=\"cancelled\""]);
    }

    [Fact]
    public async Task FinishedAnswer_IsReadAgainForFiveMinutes()
    {
        _models.Expect("gpt-4o", Reply.Text(_pieces));
        var events = await _user.StreamAsync(new { message = "How many days of paid leave?", stream = true });
        var id = events[0].Data.GetProperty("message_id").GetGuid();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_api.Redis.ConnectionString);
        RedisKey shared = $"answer:{{{_user.TenantId}:{_user.UserId}:{id}}}";

        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(events.Count, await AnswerStream.ReadAsync(_user.Client, id).CountAsync(Stop));
        // Redis has a clock of its own: it is told how long.
        TimeSpan? keeps;
        while ((keeps = await redis.GetDatabase().KeyTimeToLiveAsync(shared)) is null || keeps < TimeSpan.FromMinutes(1))
            await Task.Delay(20, Stop);
        Assert.True(keeps <= TimeSpan.FromMinutes(5));

        await redis.GetDatabase().KeyDeleteAsync(shared);
        _time.Advance(TimeSpan.FromMinutes(2));
        using var gone = await _user.Client.GetAsync(new Uri($"chat/{id}/events", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task ModelThatKeepsFailing_IsLeftAlone_AndTriedAgainAfterItsRest()
    {
        _models.Expect("gpt-4o", Reply.Error(500), Reply.Error(500), Reply.Text("Thirty days."));
        _models.Expect("gpt-4o-mini", Reply.Text("Thirty days."));

        Assert.Equal([("gpt-4o-mini", "server_error"), ("gpt-4o-mini", "server_error"), ("gpt-4o-mini", "circuit_open")], [await AskAsync(), await AskAsync(), await AskAsync()]);
        Assert.Equal(2, Asked("gpt-4o"));
        Assert.Equal(3, (await _user.MetricAsync("ml_fallback_total"))["from_model=\"gpt-4o\",to_model=\"gpt-4o-mini\""]);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(("gpt-4o", null), await AskAsync());
        Assert.Equal((3, 3), (Asked("gpt-4o"), Asked("gpt-4o-mini")));

        int Asked(string model) => _models.ChatRequests.Count(request => request.GetProperty("model").GetString() == model);
    }

    private async Task<(string? Model, string? Reason)> AskAsync()
    {
        using var response = await _user.Client.PostAsJsonAsync("chat", new { message = "How many days of paid leave?" }, Stop);
        var receipt = (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("receipt");
        return (receipt.GetProperty("model").GetString(), receipt.GetProperty("fallback_reason").GetString());
    }
}
