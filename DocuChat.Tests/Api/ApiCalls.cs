using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Api;

/// <summary>What tests of the Api do again and again, over real HTTP.</summary>
internal static class ApiCalls
{
    public const string Password = "password123";

    public static string NewEmail() => $"user-{Guid.CreateVersion7():n}@example.com";

    /// <summary>Registers a user with a tenant of their own; the client that comes back is signed in as them.</summary>
    public static async Task<(HttpClient Client, JsonElement Registered)> RegisterAsync(this ApiFactory api, string? email = null, string? organization = null)
    {
        var client = api.CreateClient();
        using var response = await client.PostJsonAsync("api/v1/auth/register", new { email = email ?? NewEmail(), password = Password, full_name = "Test User", organization });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var registered = await response.JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", registered.GetProperty("access_token").GetString());
        return (client, registered);
    }

    public static Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string path, object body) => client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> LoginAsync(this HttpClient client, string email, string password) =>
        client.PostAsync("api/v1/auth/login", new FormUrlEncodedContent([new("username", email), new("password", password)]), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> UploadAsync(this HttpClient client, params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
            form.Add(new ByteArrayContent(content), "files", name);
        return client.PostAsync("api/v1/documents", form, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    /// <summary>Asserts a problem (RFC 9457) that says what is wrong, what to do, and under which trace it is found.</summary>
    public static async Task<JsonElement> AssertProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.JsonAsync();
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("title").GetString()));
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()));
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("traceId").GetString()));
        return problem;
    }
}
