using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Billing.Sweeps;
using DocuChat.Core.Conversations;
using DocuChat.Tests.Billing;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace DocuChat.Tests.Api.Chat;

/// <summary>The database goes away in the middle of an answer: its reader is told what is true, and the books are put in order later.</summary>
public sealed class DatabaseFaultTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private Relay _relay = null!;
    private ModelServer _models = null!;
    private ApiFactory _api = null!;
    private ApiUser _user = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var server = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        _relay = new Relay(server.Port);
        server.Port = _relay.Port;
        _models = await ModelServer.StartAsync();
        _api = await ApiFactory.CreateAsync(_models.Settings(("ConnectionStrings:docuchat", server.ConnectionString), ("Models:Retries", "0")), database: _database);
        _user = await ApiUser.RegisterAsync(_api);
        await _user.StoreAsync("leave.txt", "Employees may take thirty days of paid leave a year.");
    }

    public async ValueTask DisposeAsync()
    {
        _user.Dispose();
        await _api.DisposeAsync();
        await _models.DisposeAsync();
        await _relay.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_DatabaseGoesWhileTheModelWrites_EndsWithWhatIsTrueAndIsSettledLater(bool stream)
    {
        _models.Expect("gpt-4o", new Reply { Pieces = ["Thirty days [1].", " And more."], Between = (i, _) => i == 1 ? _relay.CutAsync() : Task.CompletedTask });

        var problem = await ProblemAsync(stream);

        Assert.Equal((503, "Our database does not answer."), (problem.GetProperty("status").GetInt32(), problem.GetProperty("title").GetString()));
        Assert.DoesNotContain("othing was charged", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await using var context = _database.Context(_user.TenantId);
        Assert.False(await context.Messages.AnyAsync(message => message.Role == MessageRole.Assistant, Stop));
        Assert.Equal(2, await context.UsageReservations.CountAsync(Stop));
        await SweepAsync();
        Assert.Equal(0, await context.UsageReservations.CountAsync(Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_NoModelAnswersAndTheDatabaseGoes_TellsTheFirstFailureAndChargesNothing(bool stream)
    {
        _models.Expect("gpt-4o", new Reply { Pieces = [], Between = (_, _) => _relay.CutAsync(), Ending = Ending.Malformed });
        _models.Expect("gpt-4o-mini", Reply.Error(500));

        var problem = await ProblemAsync(stream);

        Assert.Equal((503, "No language model answers."), (problem.GetProperty("status").GetInt32(), problem.GetProperty("title").GetString()));
        Assert.StartsWith("Nothing was charged.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        // Which stays true when the reservations that could not be given back are.
        await SweepAsync();
        await using var context = _database.Context(_user.TenantId);
        Assert.Equal((0, 0), (await context.UsageReservations.CountAsync(Stop), await context.UsageEvents.CountAsync(Stop)));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("conversations")]
    public async Task Call_WithoutDatabase_IsAProblemThatSaysToTryAgain(string path)
    {
        await _relay.CutAsync();
        using var response = path == "chat" ? await _user.Client.PostAsJsonAsync(path, new { message = "How many days of leave?" }, Stop) : await _user.Client.GetAsync(new Uri(path, UriKind.Relative), Stop);
        var problem = await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.StartsWith("Try again in a moment", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> ProblemAsync(bool stream)
    {
        var question = new { message = "How many days of paid leave?", stream };
        if (stream)
        {
            var (type, data) = (await _user.StreamAsync(question))[^1];
            Assert.Equal("error", type);
            return data;
        }
        using var response = await _user.Client.PostAsJsonAsync("chat", question, Stop);
        return await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable);
    }

    private async Task SweepAsync()
    {
        // Not disposed: all that it holds is this test's database.
        var bench = await BillingBench.CreateAsync(_database);
        using var billing = bench.Host(new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1)));
        await ActivatorUtilities.CreateInstance<OrphanSweep>(billing.Services).OnceAsync(Stop);
    }
}
