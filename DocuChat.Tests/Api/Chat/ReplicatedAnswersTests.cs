using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Billing.Sweeps;
using DocuChat.Core.Usage;
using DocuChat.Tests.Billing;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace DocuChat.Tests.Api.Chat;

/// <summary>Two Apis on one database and one Redis: an answer of one is read and stopped at the other.</summary>
public sealed class ReplicatedAnswersTests : IAsyncLifetime
{
    private static readonly string[] _cited = ["Employees may take thirty days ", "of paid leave a year [1]."];
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ModelServer _models = null!;
    private ApiFactory _maker = null!;
    private ApiFactory _other = null!;
    private ApiUser _user = null!;
    private HttpClient _atOther = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _models = await ModelServer.StartAsync();
        _maker = await ApiFactory.CreateAsync(_models.Settings());
        _other = await ApiFactory.CreateAsync(_models.Settings(), database: _maker.Database, redis: _maker.Redis);
        _user = await ApiUser.RegisterAsync(_maker);
        await _user.StoreAsync("leave.txt", "Employees may take thirty days of paid leave a year.");
        _atOther = Client(_user);
        _models.Expect("gpt-4o", new Reply { Pieces = [.. _cited, " And more."], Between = (i, stop) => i == 2 ? _goOn.Task.WaitAsync(stop) : Task.CompletedTask });
    }

    public async ValueTask DisposeAsync()
    {
        _atOther.Dispose();
        _user.Dispose();
        await _other.DisposeAsync();
        await _maker.DisposeAsync();
        await _models.DisposeAsync();
    }

    [Fact]
    public async Task Resume_AtTheOther_GoesOnWhereTheReaderWas_WithoutGapOrRepeat()
    {
        var (id, seen) = await AnswerStream.AskUntilCitationAsync(_user.Client);

        var resumed = ReadAsync(_atOther, id, seen[^1].Id);
        _goOn.SetResult();
        var rest = await resumed;

        var all = seen.Concat(rest).ToList();
        Assert.Equal(Enumerable.Range(1, all.Count), all.Select(@event => @event.Id));
        var done = rest[^1];
        Assert.Equal("done", done.Type);
        Assert.Equal("complete", done.Data.GetProperty("status").GetString());
        Assert.Equal(done.Data.GetProperty("answer").GetString(), string.Concat(all.Where(@event => @event.Type == "delta").Select(@event => @event.Data.GetProperty("text").GetString())));
        // The same from where it was made, to the last letter.
        Assert.Equal(Texts(await ReadAsync(_user.Client, id, 0)), Texts(await ReadAsync(_atOther, id, 0)));
        // Whoever has read the end and comes again is not kept waiting.
        Assert.Empty(await ReadAsync(_atOther, id, done.Id));
        // However often it is read, it is made and charged once.
        Assert.Single(_models.ChatRequests);
        await using var context = _maker.Database.Context(_user.TenantId);
        Assert.Equal([CallKind.Chat, CallKind.QuestionEmbedding], (await context.UsageEvents.Select(call => call.Kind).ToListAsync(Stop)).Order());
    }

    [Fact]
    public async Task Stop_AtTheOther_EndsIt_AndChargesWhatCame()
    {
        var (id, seen) = await AnswerStream.AskUntilCitationAsync(_user.Client);
        var watching = ReadAsync(_atOther, id, seen[^1].Id);

        using var stopped = await _atOther.PostAsync(new Uri($"chat/{id}/stop", UriKind.Relative), null, Stop);

        Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
        var done = (await watching)[^1];
        Assert.Equal(("done", "stopped"), (done.Type, done.Data.GetProperty("status").GetString()));
        Assert.True(done.Data.GetProperty("receipt").GetProperty("tokens_out").GetInt32() > 0);
    }

    [Fact]
    public async Task Answer_OfSomebodyElse_IsNotFoundAtEither()
    {
        var (id, _) = await AnswerStream.AskUntilCitationAsync(_user.Client);
        using var stranger = await ApiUser.RegisterAsync(_maker);
        using var strangerAtOther = Client(stranger);

        foreach (var client in (HttpClient[])[stranger.Client, strangerAtOther])
        {
            using var read = await client.GetAsync(new Uri($"chat/{id}/events", UriKind.Relative), Stop);
            using var stop = await client.PostAsync(new Uri($"chat/{id}/stop", UriKind.Relative), null, Stop);
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (read.StatusCode, stop.StatusCode));
        }
        _goOn.SetResult();
        Assert.Equal("complete", (await ReadAsync(_user.Client, id, 0))[^1].Data.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Reader_OfAnAnswerWhoseMakerDied_IsToldSo()
    {
        // What a maker leaves that gives no sign of life any more.
        var id = Guid.CreateVersion7();
        RedisKey left = $"answer:{{{_user.TenantId}:{_user.UserId}:{id}}}";
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_maker.Redis.ConnectionString);
        await redis.GetDatabase().StreamAddAsync(left, "event", "", "0-1");
        await redis.GetDatabase().StreamAddAsync(left, "event", """{"$type":"delta","text":"Employees may"}""", "1-0");
        await redis.GetDatabase().KeyExpireAsync(left, TimeSpan.FromSeconds(1));

        var events = await ReadAsync(_atOther, id, 0);

        // Whoever comes again after the error misses nothing.
        Assert.Equal([("delta", 1), ("error", 1)], events.Select(@event => (@event.Type, @event.Id)));
        Assert.Equal(503, events[^1].Data.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Reader_OfAnAnswerOfWhichRedisLostSome_IsToldSoAndShownNoGap()
    {
        var id = Guid.CreateVersion7();
        RedisKey left = $"answer:{{{_user.TenantId}:{_user.UserId}:{id}}}";
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_maker.Redis.ConnectionString);
        foreach (var number in (int[])[1, 3])
            await redis.GetDatabase().StreamAddAsync(left, "event", """{"$type":"delta","text":"Employees"}""", $"{number}-0");

        Assert.Equal([("delta", 1), ("error", 1)], (await ReadAsync(_atOther, id, 0)).Select(@event => (@event.Type, @event.Id)));
    }

    [Fact]
    public async Task Maker_DiesInTheMiddle_ReaderElsewhereIsToldAndTheSweeperSettlesIt()
    {
        await using var maker = await ApiProcess.StartAsync(
            _models.Settings(("ConnectionStrings:docuchat", _maker.Database.ConnectionString), ("ConnectionStrings:redis", _maker.Redis.ConnectionString)),
            Stop
        );
        using var client = new HttpClient { BaseAddress = new Uri(maker.Address, "api/v1/"), DefaultRequestHeaders = { Authorization = _user.Client.DefaultRequestHeaders.Authorization } };
        var (id, seen) = await AnswerStream.AskUntilCitationAsync(client);
        await using var context = _maker.Database.Context(_user.TenantId);
        Assert.Equal(2, await context.UsageReservations.CountAsync(Stop));

        await maker.KillAsync();

        var read = await ReadAsync(_atOther, id, seen[^1].Id);
        Assert.Equal("error", read[^1].Type);
        Assert.Equal(503, read[^1].Data.GetProperty("status").GetInt32());
        // Not disposed: all that it holds is this test's database.
        var bench = await BillingBench.CreateAsync(_maker.Database);
        using var billing = bench.Host(new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1)));
        await ActivatorUtilities.CreateInstance<OrphanSweep>(billing.Services).OnceAsync(Stop);
        Assert.Equal(0, await context.UsageReservations.CountAsync(Stop));
    }

    [Fact]
    public async Task Ask_WithoutRedis_IsAnsweredAllTheSame()
    {
        await using var alone = await ApiFactory.CreateAsync([.. _models.Settings(), ("ConnectionStrings:redis", "127.0.0.1:9,connectTimeout=500,asyncTimeout=500,syncTimeout=500")], database: _maker.Database);
        using var client = new HttpClient { BaseAddress = new Uri(alone.Address, "api/v1/"), DefaultRequestHeaders = { Authorization = _user.Client.DefaultRequestHeaders.Authorization } };
        _goOn.SetResult();

        using var answer = await client.PostAsJsonAsync("chat", new { message = "How many days of paid leave?" }, Stop);
        using var elsewhere = await client.GetAsync(new Uri($"chat/{Guid.CreateVersion7()}/events", UriKind.Relative), Stop);

        Assert.Equal("complete", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("status").GetString());
        // Not "there is none": that cannot be known.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, elsewhere.StatusCode);
    }

    private static async Task<IReadOnlyList<(int Id, string Type, JsonElement Data)>> ReadAsync(HttpClient client, Guid id, int after) => await AnswerStream.ReadAsync(client, id, after).ToListAsync(Stop);

    private static IEnumerable<string> Texts(IEnumerable<(int Id, string Type, JsonElement Data)> events) => events.Select(@event => $"{@event.Id} {@event.Type} {@event.Data.GetRawText()}");

    private HttpClient Client(ApiUser user) =>
        new() { BaseAddress = new Uri(_other.Address, "api/v1/"), DefaultRequestHeaders = { Authorization = user.Client.DefaultRequestHeaders.Authorization } };
}
