using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Api;

public sealed class HealthTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/api/v1/health")]
    public async Task Get_WithAMigratedDatabase_IsHealthy(string path)
    {
        await using var api = await ApiFactory.CreateAsync();
        using var client = api.CreateClient();

        var answer = await client.GetFromJsonAsync<JsonElement>(path, Stop);

        Assert.Equal("healthy", answer.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Get_WithASchemaOlderThanTheBuild_Is503AndNamesTheDatabase()
    {
        await using var api = await ApiFactory.CreateAsync();
        await using (var forget = api.Database.Owner.CreateCommand("delete from schema_migrations"))
            await forget.ExecuteNonQueryAsync(Stop);
        using var client = api.CreateClient();

        using var response = await client.GetAsync(new Uri("/api/v1/health", UriKind.Relative), Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var checks = (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("checks");
        Assert.Equal("unhealthy", checks.GetProperty("database").GetString());
    }
}
