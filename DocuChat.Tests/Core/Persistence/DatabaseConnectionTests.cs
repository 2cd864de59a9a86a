using DocuChat.Core.Persistence;
using DocuChat.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace DocuChat.Tests.Core.Persistence;

public sealed class DatabaseConnectionTests
{
    [Theory]
    [InlineData("postgres://u:p%40ss@db:6000/shop")]
    [InlineData("postgresql://u:p%40ss@db:6000/shop")]
    [InlineData("postgresql+asyncpg://u:p%40ss@db:6000/shop")]
    public void Resolve_DatabaseUrl_IsReadInEachForm(string url)
    {
        var builder = new NpgsqlConnectionStringBuilder(Resolve(("DATABASE_URL", url), DatabaseRole.App));
        Assert.Equal(("db", 6000, "shop", "u", "p@ss"), (builder.Host, builder.Port, builder.Database, builder.Username, builder.Password));
        Assert.Equal("-c role=docuchat_app", builder.Options);
    }

    [Fact]
    public void Resolve_SignedInAsTheRoleItself_SetsNoRole() =>
        Assert.Null(new NpgsqlConnectionStringBuilder(Resolve(("ConnectionStrings:docuchat", "Host=db;Username=docuchat_app;Database=d"), DatabaseRole.App)).Options);

    [Theory]
    [InlineData("", 25)]
    [InlineData(";Maximum Pool Size=7", 7)]
    public void Resolve_PoolSize_IsTheOperatorsOrLeavesRoomForOthers(string more, int size) =>
        Assert.Equal(size, new NpgsqlConnectionStringBuilder(Resolve(("ConnectionStrings:docuchat", "Host=db;Username=u;Database=d" + more), DatabaseRole.App)).MaxPoolSize);

    [Theory]
    [InlineData("mysql://u:secret-word@db/shop")]
    [InlineData("postgresql://db")]
    [InlineData("nonsense secret-word")]
    public void Resolve_ABadUrl_NamesTheKeyAndKeepsTheSecret(string url)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Resolve(("DATABASE_URL", url), null));
        Assert.Contains("DATABASE_URL", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_Nothing_NamesBothKeys()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Resolve(("unrelated", "x"), null));
        Assert.Contains("DATABASE_URL", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__docuchat", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://cache:6379/0", "cache:6379,defaultDatabase=0")]
    [InlineData("redis://cache", "cache:6379")]
    [InlineData("rediss://u:p%40ss@cache:7000/2", "cache:7000,user=u,password=p@ss,defaultDatabase=2,ssl=true")]
    public void RedisUrl_IsReadInEachForm(string url, string connectionString) => Assert.Equal(connectionString, RedisUrl.ToConnectionString(url));

    [Theory]
    [InlineData("http://cache:6379")]
    [InlineData("redis://cache/zero")]
    public void RedisUrl_ABadOne_NamesTheKey(string url) => Assert.Contains("REDIS_URL", Assert.Throws<InvalidOperationException>(() => RedisUrl.ToConnectionString(url)).Message, StringComparison.Ordinal);

    private static string Resolve((string Key, string Value) setting, string? role) =>
        DatabaseConnection.Resolve(new ConfigurationBuilder().AddInMemoryCollection([new(setting.Key, setting.Value)]).Build(), role);
}
