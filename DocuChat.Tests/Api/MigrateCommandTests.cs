using DocuChat.Api;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Api;

public sealed class MigrateCommandTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_OfADatabaseThatAnotherBuildLeft_BringsBackWhatIsMissing_AndOnlyThen()
    {
        await ExecuteAsync("drop table wolverine.wolverine_queue_documents");

        await MigrateAsync();
        Assert.False(await QueueExistsAsync());

        await ExecuteAsync("comment on schema wolverine is 'DocuChat of another build'");
        await MigrateAsync();
        Assert.True(await QueueExistsAsync());

        // A role that works, not only a table that is there.
        await using var app = database.App.CreateCommand("select count(*) from wolverine.wolverine_queue_documents");
        Assert.Equal(0L, await app.ExecuteScalarAsync(Stop));
    }

    [Fact]
    public async Task Migrate_ByTwoAtATime_EndsWellForBoth()
    {
        await ExecuteAsync("comment on schema wolverine is null");

        await Task.WhenAll(MigrateAsync(), MigrateAsync());

        Assert.True(await QueueExistsAsync());
    }

    private async Task MigrateAsync() => Assert.Equal(0, await MigrateCommand.RunAsync([$"--ConnectionStrings:docuchat={database.ConnectionString}", "--Logging:LogLevel:Default=None"], Stop));

    private async Task<bool> QueueExistsAsync()
    {
        await using var command = database.Owner.CreateCommand("select to_regclass('wolverine.wolverine_queue_documents') is not null");
        return (bool)(await command.ExecuteScalarAsync(Stop))!;
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var command = database.Owner.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
