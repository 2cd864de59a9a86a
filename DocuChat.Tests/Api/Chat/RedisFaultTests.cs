using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace DocuChat.Tests.Api.Chat;

/// <summary>Redis, by which two Apis share their answers, goes away and comes back with nothing: no answer is lost by it, and nobody is told what is not so.</summary>
public sealed class RedisFaultTests : IAsyncLifetime
{
    private static readonly string[] _pieces = ["Employees may take thirty days ", "of paid leave a year [1].", " And more.", " And the rest."];
    private readonly TaskCompletionSource[] _goOn = [.. _pieces.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    private readonly FakeTimeProvider _timeAtOther = new(TimeProvider.System.GetUtcNow());
    private readonly RedisServer _redis = new();
    private ModelServer _models = null!;
    private ApiFactory _maker = null!;
    private ApiFactory _other = null!;
    private ApiUser _user = null!;
    private HttpClient _atOther = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private (string, string) Redis => ("ConnectionStrings:redis", $"{_redis.NextDatabase().Split(',')[0]},connectTimeout=500,asyncTimeout=500,syncTimeout=500");

    public async ValueTask InitializeAsync()
    {
        _models = await ModelServer.StartAsync();
        // Both start without it.
        _maker = await ApiFactory.CreateAsync(_models.Settings(Redis));
        _other = await ApiFactory.CreateAsync(_models.Settings(Redis), services => services.AddSingleton<TimeProvider>(_timeAtOther), _maker.Database);
        _user = await ApiUser.RegisterAsync(_maker);
        await _user.StoreAsync("leave.txt", "Employees may take thirty days of paid leave a year.");
        _atOther = new HttpClient { BaseAddress = new Uri(_other.Address, "api/v1/"), DefaultRequestHeaders = { Authorization = _user.Client.DefaultRequestHeaders.Authorization } };
        _models.Expect("gpt-4o", new Reply { Pieces = _pieces, Between = (i, stop) => i is 2 or 3 ? _goOn[i].Task.WaitAsync(stop) : Task.CompletedTask });
    }

    public async ValueTask DisposeAsync()
    {
        _atOther.Dispose();
        _user.Dispose();
        await _other.DisposeAsync();
        await _maker.DisposeAsync();
        await _models.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Api_StartedWithoutRedis_SaysSo_Answers_AndSharesOnceItComes()
    {
        Assert.Equal(("degraded", "degraded"), await HealthAsync());
        var (id, seen) = await AnswerStream.AskUntilCitationAsync(_user.Client);
        using (var read = await _atOther.GetAsync(new Uri($"chat/{id}/events", UriKind.Relative), Stop))
            await read.AssertProblemAsync(HttpStatusCode.ServiceUnavailable);

        await RedisComesAsync();

        Assert.Equal(("healthy", "healthy"), await HealthAsync());
        await foreach (var (number, type, _) in AnswerStream.ReadAsync(_atOther, id))
        {
            Assert.Equal(seen[number - 1].Type, type);
            if (number == seen.Count)
                break;
        }
        // The maker hears the others, too.
        using var stopped = await StopAsync(_atOther, id);
        Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
        Assert.Equal("stopped", (await AnswerStream.ReadAsync(_user.Client, id).LastAsync(Stop)).Data.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Redis_GoesAndComesBackEmpty_ReaderElsewhereMissesNothing()
    {
        await RedisComesAsync();
        var (id, seen) = await AnswerStream.AskUntilCitationAsync(_user.Client);
        var all = await ReadAtOtherAsync(
            id,
            seen.Count,
            async () =>
            {
                await _redis.GoAsync();
                // Written while nobody else can see it.
                _goOn[2].SetResult();
                await RedisComesAsync();
                _goOn[3].SetResult();
            }
        );

        Assert.Equal(Enumerable.Range(1, all.Count), all.Select(read => read.Id));
        Assert.Equal(("done", "complete"), (all[^1].Type, all[^1].Data.GetProperty("status").GetString()));
        Assert.Equal(string.Concat(_pieces), string.Concat(all.Where(read => read.Type == "delta").Select(read => read.Data.GetProperty("text").GetString())));
        // And whoever comes only now.
        Assert.Equal(all.Select(read => read.Id), await AnswerStream.ReadAsync(_atOther, id).Select(read => read.Id).ToListAsync(Stop));
    }

    [Fact]
    public async Task Redis_StaysAway_ReaderElsewhereIsToldAfterAWhile_AndTheAnswerGoesOn()
    {
        await RedisComesAsync();
        var (id, seen) = await AnswerStream.AskUntilCitationAsync(_user.Client);
        var all = await ReadAtOtherAsync(
            id,
            seen.Count,
            async () =>
            {
                await _redis.GoAsync();
                _timeAtOther.Advance(TimeSpan.FromMinutes(1));
            }
        );

        // It takes no number of the answer's: who comes again misses nothing.
        Assert.Equal((all[^2].Id, "error", 503), (all[^1].Id, all[^1].Type, all[^1].Data.GetProperty("status").GetInt32()));
        _goOn[2].SetResult();
        _goOn[3].SetResult();
        Assert.Equal("complete", (await AnswerStream.ReadAsync(_user.Client, id).LastAsync(Stop)).Data.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Stop_WhileRedisIsAway_StopsWhereItIsMade_AndElsewhereSaysThatItDidNot()
    {
        await RedisComesAsync();
        var (id, _) = await AnswerStream.AskUntilCitationAsync(_user.Client);
        await _redis.GoAsync();

        using (var elsewhere = await StopAsync(_atOther, id))
            Assert.Contains("Stop it again", (await elsewhere.AssertProblemAsync(HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var here = await StopAsync(_user.Client, id);

        Assert.Equal(HttpStatusCode.NoContent, here.StatusCode);
        Assert.Equal("stopped", (await AnswerStream.ReadAsync(_user.Client, id).LastAsync(Stop)).Data.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Stop_ThatTheMakerDidNotHear_IsFoundWithItsNextEvents()
    {
        await RedisComesAsync();
        var (id, _) = await AnswerStream.AskUntilCitationAsync(_user.Client);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Redis.Item2);
        await redis.GetDatabase().StringSetAsync($"answer:{{{_user.TenantId}:{_user.UserId}:{id}}}:stop", "");

        _goOn[2].SetResult();

        Assert.Equal("stopped", (await AnswerStream.ReadAsync(_user.Client, id).LastAsync(Stop)).Data.GetProperty("status").GetString());
    }

    private static Task<HttpResponseMessage> StopAsync(HttpClient client, Guid id) => client.PostAsync(new Uri($"chat/{id}/stop", UriKind.Relative), null, Stop);

    private async Task RedisComesAsync()
    {
        await _redis.ComeAsync(Stop);
        foreach (var api in (ApiFactory[])[_maker, _other])
        {
            while (!api.Services.GetRequiredService<IConnectionMultiplexer>().IsConnected)
                await Task.Delay(50, Stop);
        }
    }

    private async Task<(string? Whole, string? Redis)> HealthAsync()
    {
        using var client = _maker.CreateClient();
        var health = await client.GetFromJsonAsync<JsonElement>("health", Stop);
        return (health.GetProperty("status").GetString(), health.GetProperty("checks").GetProperty("redis").GetString());
    }

    /// <summary>Reads an answer at the other to its end, and once this many of its events are seen does something in between.</summary>
    private async Task<IReadOnlyList<(int Id, string Type, JsonElement Data)>> ReadAtOtherAsync(Guid id, int whenSeen, Func<Task> then)
    {
        var all = new List<(int Id, string Type, JsonElement Data)>();
        await foreach (var @event in AnswerStream.ReadAsync(_atOther, id))
        {
            all.Add(@event);
            if (@event.Id == whenSeen)
                await then();
        }
        return all;
    }
}
