using System.Net.Http.Headers;
using System.Net.Http.Json;
using DocuChat.Api.RateLimits;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Api.RateLimits;

/// <summary>Buckets that hold three calls and get one back a minute, so that no test is fast or slow enough to see a refill.</summary>
[Collection(AloneCollection.Name)]
public sealed class RateLimitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Questions_AreLimitedForAUserOnAllReplicasTogether()
    {
        await using var one = await ApiAsync("Questions:User");
        await using var two = await ApiAsync("Questions:User", one);
        var (client, _) = await one.RegisterAsync();
        using var elsewhere = new HttpClient { BaseAddress = two.Address, DefaultRequestHeaders = { Authorization = client.DefaultRequestHeaders.Authorization } };
        Assert.Equal([200, 200, 200], await SearchAsync(client, elsewhere, client));

        using var refused = await elsewhere.PostJsonAsync("api/v1/search", new { query = "leave" });
        var problem = await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.Equal("urn:docuchat:problem:rate-limited", problem.GetProperty("type").GetString());
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains($"Wait {refused.Headers.RetryAfter.Delta.Value.TotalSeconds} s", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        // Chat is a question too; reading is none; and another tenant has limits of its own.
        using var chat = await client.PostJsonAsync("api/v1/chat", new { message = "leave" });
        Assert.Equal(HttpStatusCode.TooManyRequests, chat.StatusCode);
        await client.GetJsonAsync("api/v1/conversations");
        var (stranger, _) = await one.RegisterAsync();
        Assert.Equal([200], await SearchAsync(stranger));
        Assert.Contains("docuchat_rate_limited_total{", await client.GetStringAsync("metrics", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_AreLimitedForATenantWhoeverAsks()
    {
        await using var api = await ApiAsync("Questions:Tenant");
        var (first, registered) = await api.RegisterAsync();
        var second = await ColleagueAsync(api, registered.GetProperty("tenant").GetProperty("id").GetGuid());
        Assert.Equal([200, 200, 200, 429, 429], await SearchAsync(first, second, first, second, first));
    }

    [Fact]
    public async Task SignIns_AreLimitedByAddress()
    {
        await using var api = await ApiAsync("SignIns:Address");
        using var client = api.CreateClient();
        for (var i = 0; i < 3; i++)
        {
            using var wrong = await client.LoginAsync("somebody@example.com", $"guess {i}");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }
        using var refused = await client.LoginAsync("somebody.else@example.com", "guess");
        await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests);
        using var registration = await client.PostJsonAsync("api/v1/auth/register", new { email = ApiCalls.NewEmail(), password = ApiCalls.Password, full_name = "Name" });
        Assert.Equal(HttpStatusCode.TooManyRequests, registration.StatusCode);

        // Web runs on a trusted address and says for whom it calls; the addresses of one IPv6 network are one caller's.
        async Task<List<int>> FromAsync(params string[] addresses)
        {
            var statuses = new List<int>();
            foreach (var address in addresses)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/auth/login") { Content = new FormUrlEncodedContent([new("username", "a@example.com"), new("password", "guess")]) };
                request.Headers.Add("X-Forwarded-For", address);
                using var response = await client.SendAsync(request, Stop);
                statuses.Add((int)response.StatusCode);
            }
            return statuses;
        }
        Assert.Equal([401, 401, 401, 429], await FromAsync("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"));
        // Whoever is not trusted is not believed: the last hop counts.
        Assert.Equal([401, 401, 401, 429], await FromAsync("198.51.100.1", "192.0.2.9, 198.51.100.1", "192.0.2.10, 198.51.100.1", "192.0.2.11, 198.51.100.1"));
    }

    [Fact]
    public async Task Questions_WhileRedisIsDown_AreLimitedByEachProcess()
    {
        var redis = await RedisServer.StartAsync(Stop);
        await using var api = await ApiFactory.CreateAsync([("ConnectionStrings:redis", redis.NextDatabase()), .. Low("Questions:User")]);
        var (client, _) = await api.RegisterAsync();
        Assert.Equal([200], await SearchAsync(client));

        await redis.DisposeAsync();

        Assert.Equal([200, 200, 200, 429, 429], await SearchAsync(client, client, client, client, client));
        Assert.Contains("docuchat_rate_limit_local_total", await client.GetStringAsync("metrics", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_NameTheKey()
    {
        var options = new RateLimitOptions { Uploads = new CallerLimits { User = new Rate(0, 5), Tenant = new Rate(60, 5) } };
        var result = new RateLimitOptionsValidator().Validate(null, options);
        Assert.Equal(["RateLimits:Uploads:User:PerMinute is 0: it must be from 1 to 10000000."], result.Failures);
        Assert.True(new RateLimitOptionsValidator().Validate(null, new RateLimitOptions()).Succeeded);
    }

    private static Task<ApiFactory> ApiAsync(string limit, ApiFactory? beside = null) => ApiFactory.CreateAsync(Low(limit), database: beside?.Database, redis: beside?.Redis);

    private static IEnumerable<(string, string)> Low(string limit) => [($"RateLimits:{limit}:PerMinute", "1"), ($"RateLimits:{limit}:Burst", "3")];

    private static async Task<List<int>> SearchAsync(params HttpClient[] clients)
    {
        var statuses = new List<int>();
        foreach (var client in clients)
        {
            using var response = await client.PostAsJsonAsync("api/v1/search", new { query = "leave" }, Stop);
            statuses.Add((int)response.StatusCode);
        }
        return statuses;
    }

    private static async Task<HttpClient> ColleagueAsync(ApiFactory api, Guid tenant)
    {
        var email = ApiCalls.NewEmail();
        var (client, registered) = await api.RegisterAsync(email);
        await using (var context = api.Database.Context(null, DatabaseRole.Operator))
        {
            context.Memberships.Add(new Membership { TenantId = tenant, UserId = registered.GetProperty("user").GetProperty("id").GetGuid(), Role = MemberRole.Member, CreatedAt = TimeProvider.System.GetUtcNow() });
            await context.SaveChangesAsync(Stop);
        }
        client.DefaultRequestHeaders.Authorization = null;
        var tokens = await (await client.LoginAsync(email, ApiCalls.Password)).JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
        return client;
    }
}
