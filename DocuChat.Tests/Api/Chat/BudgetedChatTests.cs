using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Tests.Api.Chat;

/// <summary>What callers of a tenant with a budget meet.</summary>
public sealed class BudgetedChatTests : IAsyncLifetime
{
    private const string Passage = "Employees may take thirty days of paid leave a year.";
    private readonly List<ApiFactory> _replicas = [];
    private TestDatabase _database = null!;
    private ModelServer _models = null!;
    private ApiUser _user = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _models = await ModelServer.StartAsync();
        // Each answer is 120 tokens, and its question's embedding 7.
        _models.Expect("gpt-4o", new Reply { Pieces = ["Thirty days [1]."], Usage = (100, 20) });
        await AddReplicaAsync();
        _user = await ApiUser.RegisterAsync(_replicas[0]);
        await _user.StoreAsync("leave.txt", Passage);
    }

    public async ValueTask DisposeAsync()
    {
        _user.Dispose();
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await _models.DisposeAsync();
    }

    [Fact]
    public async Task Ask_TwoHundredAtOnceOnThreeReplicas_NeverPassesTheBudget()
    {
        await AddReplicaAsync();
        await AddReplicaAsync();
        await BudgetAsync(6_000);
        var clients = _replicas.Select(replica => new HttpClient { BaseAddress = new Uri(replica.Address, "api/v1/"), DefaultRequestHeaders = { Authorization = _user.Client.DefaultRequestHeaders.Authorization } }).ToList();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var response = await clients[i % clients.Count].PostAsJsonAsync("chat", new { message = $"How many days of leave are there, number {i}?" }, Stop);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PaymentRequired, await response.Content.ReadAsStringAsync(Stop));
            return response.StatusCode;
        }));

        foreach (var client in clients)
            client.Dispose();
        var answered = statuses.Count(status => status == HttpStatusCode.OK);
        Assert.InRange(answered, 1, 6_000 / 127);
        var budget = await BudgetAsync();
        Assert.InRange(budget.GetProperty("used").GetInt32(), answered * 127, 6_000);
        Assert.Equal(0, budget.GetProperty("reserved").GetInt32());
        Assert.Equal(answered, _models.ChatRequests.Count);
        await using var context = _replicas[0].Database.Context(_user.TenantId);
        Assert.Equal(budget.GetProperty("used").GetInt32(), await context.UsageEvents.SumAsync(usage => usage.TokensIn + usage.TokensOut, Stop));
        Assert.Empty(await context.UsageReservations.ToListAsync(Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_WhenEvenTheAnswerDoesNotFit_IsAProblemBeforeAnyStream(bool stream)
    {
        await UseAsync(900);
        await BudgetAsync(1_000);
        using var response = await _user.Client.PostAsJsonAsync("chat", new { message = "How many days of leave?", stream }, Stop);
        var problem = await response.AssertProblemAsync(HttpStatusCode.PaymentRequired);
        Assert.Equal(("urn:docuchat:problem:budget-exhausted", "The budget of this month does not allow this."), (problem.GetProperty("type").GetString(), problem.GetProperty("title").GetString()));
        Assert.StartsWith("100 of 1,000 tokens are left, and this may take up to ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("exhausted", problem.GetProperty("budget").GetProperty("state").GetString());
        Assert.Equal((0, 0), (_models.ChatRequests.Count, _models.EmbeddingRequests.Count));
        Assert.Equal("exhausted", (await BudgetAsync()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Ask_WhenThePromptDoesNotFit_EndsTheStreamWithTheSameProblemAndChargesNothing()
    {
        await UseAsync(870);
        await BudgetAsync(1_200);
        var events = await _user.StreamAsync(new { message = "How many days of leave?", stream = true });
        Assert.Equal(["sources", "error"], events.Select(@event => @event.Event));
        var problem = events[^1].Data;
        Assert.Equal((402, "urn:docuchat:problem:budget-exhausted"), (problem.GetProperty("status").GetInt32(), problem.GetProperty("type").GetString()));
        Assert.Empty(_models.ChatRequests);
        var budget = await BudgetAsync();
        Assert.Equal((870, 0), (budget.GetProperty("used").GetInt32(), budget.GetProperty("reserved").GetInt32()));
    }

    [Fact]
    public async Task Search_WhenItsEmbeddingDoesNotFit_IsRefusedAndAfterARaiseAnswered()
    {
        await UseAsync(1_000);
        await BudgetAsync(1_000);
        using var refused = await _user.Client.PostAsJsonAsync("search", new { query = "leave" }, Stop);
        await refused.AssertProblemAsync(HttpStatusCode.PaymentRequired);
        Assert.Empty(_models.EmbeddingRequests);

        await BudgetAsync(1_100);
        using var found = await _user.Client.PostAsJsonAsync("search", new { query = "leave" }, Stop);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        var budget = await BudgetAsync();
        Assert.Equal((1_007, 0), (budget.GetProperty("used").GetInt32(), budget.GetProperty("reserved").GetInt32()));
    }

    private async Task AddReplicaAsync() =>
        _replicas.Add(
            await ApiFactory.CreateAsync(
                // Three replicas with their usual pools would take all that the tests' server has for everybody.
                _models.Settings(("Models:LongestAnswerTokens", "300"), ("ConnectionStrings:docuchat", $"{_database.ConnectionString};Timeout=120")),
                database: _database,
                redis: _replicas.FirstOrDefault()?.Redis
            )
        );

    private async Task BudgetAsync(int tokens)
    {
        using var response = await _user.Client.PatchAsJsonAsync("tenant", new { budget = new { unit = "tokens", limit = tokens } }, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<JsonElement> BudgetAsync() => (await _user.Client.GetJsonAsync("tenant")).GetProperty("budget");

    private async Task UseAsync(int tokens)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var context = _replicas[0].Database.Context(_user.TenantId);
        context.UsageRollups.Add(
            new UsageRollup { TenantId = _user.TenantId, Quarter = new DateTimeOffset(now.Ticks - now.Ticks % (15 * TimeSpan.TicksPerMinute), TimeSpan.Zero), UserId = Guid.Empty, Kind = CallKind.Chat, Model = "gpt-4o", Calls = 1, TokensIn = tokens }
        );
        await context.SaveChangesAsync(Stop);
    }
}
