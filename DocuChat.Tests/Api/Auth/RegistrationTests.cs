using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Api.Auth;

public sealed class RegistrationTests(ApiFixture factory) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Register_WithoutOrganization_MakesAPersonalTenantOwnedByTheUser()
    {
        var (client, registered) = await factory.Api.RegisterAsync();
        var me = await client.GetJsonAsync("api/v1/auth/me");
        Assert.Equal("Test User", me.GetProperty("tenant").GetProperty("name").GetString());
        Assert.Equal("owner", me.GetProperty("role").GetString());
        Assert.Equal(registered.GetProperty("user").GetProperty("id").GetString(), me.GetProperty("user").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Register_TwiceWithTheSameOrganization_MakesTwoTenantsWithTheirOwnSlugs()
    {
        var organization = $"Acme {Guid.CreateVersion7():n}"[..20];
        var (first, _) = await factory.Api.RegisterAsync(organization: organization);
        var (second, _) = await factory.Api.RegisterAsync(organization: organization);
        var one = (await first.GetJsonAsync("api/v1/auth/me")).GetProperty("tenant");
        var two = (await second.GetJsonAsync("api/v1/auth/me")).GetProperty("tenant");
        Assert.NotEqual(one.GetProperty("id").GetString(), two.GetProperty("id").GetString());
        Assert.Equal($"{one.GetProperty("slug").GetString()}-2", two.GetProperty("slug").GetString());
        Assert.Single((await second.GetJsonAsync("api/v1/members")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Register_ManyAtOnceWithTheSameOrganization_AllSucceedWithDifferentSlugs()
    {
        var registered = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => factory.Api.RegisterAsync(organization: "race corp")));
        var slugs = registered.Select(each => each.Registered.GetProperty("tenant").GetProperty("slug").GetString()).ToArray();
        Assert.Equal(4, slugs.Distinct().Count());
    }

    [Fact]
    public async Task Register_WithAnAddressThatHasAnAccount_IsAConflict()
    {
        var email = ApiCalls.NewEmail();
        await factory.Api.RegisterAsync(email);
        using var client = factory.Api.CreateClient();
        using var again = await client.PostJsonAsync("api/v1/auth/register", new { email = email.ToUpperInvariant(), password = ApiCalls.Password, full_name = "Another" });
        await again.AssertProblemAsync(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("no-address", "password123", "Name", "email")]
    [InlineData("a@example.com", "seven77", "Name", "password")]
    [InlineData("a@example.com", "password123", "", "full_name")]
    public async Task Register_WithABadField_NamesTheField(string email, string password, string name, string field)
    {
        using var client = factory.Api.CreateClient();
        using var response = await client.PostJsonAsync("api/v1/auth/register", new { email, password, full_name = name });
        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Register_WithBrokenJson_IsABadRequestAndNotAFailure()
    {
        using var client = factory.Api.CreateClient();
        using var response = await client.PostAsync("api/v1/auth/register", new StringContent("""{"email": 1""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.BadRequest);
    }
}
