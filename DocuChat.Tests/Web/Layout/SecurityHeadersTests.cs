using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Web.Layout;

/// <summary>Whatever an answer or a document says, the browser is told that nothing comes from elsewhere and nothing goes there.</summary>
public sealed class SecurityHeadersTests(TestRedis redis) : IClassFixture<TestRedis>
{
    private static readonly string[] _nobodyElse = ["'none'", "'self'", "'unsafe-inline'", "data:"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/no-such-page")]
    public async Task Page_LoadsAndSendsOnlyHere(string path)
    {
        await using var web = WebFactory.Start(redis.ConnectionString, new Uri("http://127.0.0.1:9/"));
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(web.Address + path), Stop);

        // Blazor adds one of its own; a browser obeys both.
        var policy = response.Headers.GetValues("Content-Security-Policy").Single(value => value.Contains("default-src", StringComparison.Ordinal)).Split(';').Select(part => part.Trim().Split(' ')).ToDictionary(part => part[0], part => part[1..]);
        Assert.Equal(["'none'"], policy["default-src"]);
        Assert.Equal(["'self'"], policy["script-src"]);
        Assert.Equal(["'self'", "data:"], policy["img-src"]);
        Assert.All(policy.Values.SelectMany(sources => sources), source => Assert.Contains(source, _nobodyElse));
    }
}
