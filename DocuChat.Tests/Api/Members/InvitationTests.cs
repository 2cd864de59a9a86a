using System.Net.Http.Headers;
using DocuChat.Core.Persistence;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Tests.Api.Members;

public sealed class InvitationTests(ApiFixture factory) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Accept_WithTheToken_JoinsTheTenantInTheInvitedRoleOnce()
    {
        var (owner, registered) = await factory.Api.RegisterAsync();
        var token = await InviteAsync(owner, ApiCalls.NewEmail(), "admin");
        using var guest = factory.Api.CreateClient();
        var tokens = await (await AcceptAsync(guest, token)).JsonAsync();
        guest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
        var me = await guest.GetJsonAsync("api/v1/auth/me");
        Assert.Equal("admin", me.GetProperty("role").GetString());
        Assert.Equal(registered.GetProperty("tenant").GetProperty("id").GetString(), me.GetProperty("tenant").GetProperty("id").GetString());
        Assert.Equal(2, (await owner.GetJsonAsync("api/v1/members")).GetProperty("items").GetArrayLength());

        using var again = await AcceptAsync(guest, token);
        await again.AssertProblemAsync(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Invite_WithAWeb_SendsTheLinkByMail()
    {
        await using var api = await ApiFactory.CreateAsync([("WEB_URL", "https://chat.example")]);
        var (owner, _) = await api.RegisterAsync(organization: "Shop & Co");
        using var client = owner;
        var email = ApiCalls.NewEmail();
        var token = await InviteAsync(client, email, "member");

        await using var database = api.Database.Context(tenant: null, DatabaseRole.Operator);
        var mail = await database.Notifications.SingleAsync(mail => mail.Recipient == email, TestContext.Current.CancellationToken);
        Assert.Contains($"https://chat.example/invitation?token={token}", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"https://chat.example/invitation?token={token}", mail.Html, StringComparison.Ordinal);
        Assert.Contains("Shop &amp; Co", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accept_ManyTimesAtOnce_LetsOneIn()
    {
        var (owner, _) = await factory.Api.RegisterAsync();
        var token = await InviteAsync(owner, ApiCalls.NewEmail(), "member");
        using var guest = factory.Api.CreateClient();
        var responses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AcceptAsync(guest, token)));
        Assert.Equal(1, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
        Assert.Equal(2, (await owner.GetJsonAsync("api/v1/members")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Accept_AWithdrawnInvitation_IsGone()
    {
        var (owner, _) = await factory.Api.RegisterAsync();
        var token = await InviteAsync(owner, ApiCalls.NewEmail(), "member");
        var id = (await owner.GetJsonAsync("api/v1/invitations")).GetProperty("items")[0].GetProperty("id").GetString();
        (await owner.DeleteAsync($"api/v1/invitations/{id}", TestContext.Current.CancellationToken)).Dispose();
        using var response = await AcceptAsync(factory.Api.CreateClient(), token);
        await response.AssertProblemAsync(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Invite_ByAMember_IsForbidden()
    {
        var (owner, _) = await factory.Api.RegisterAsync();
        using var member = factory.Api.CreateClient();
        var tokens = await (await AcceptAsync(member, await InviteAsync(owner, ApiCalls.NewEmail(), "member"))).JsonAsync();
        member.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
        using var response = await member.PostJsonAsync("api/v1/invitations", new { email = ApiCalls.NewEmail(), role = "member" });
        await response.AssertProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Remove_AMember_EndsTheirSignIn()
    {
        var (owner, _) = await factory.Api.RegisterAsync();
        using var guest = factory.Api.CreateClient();
        var tokens = await (await AcceptAsync(guest, await InviteAsync(owner, ApiCalls.NewEmail(), "member"))).JsonAsync();
        var member = (await owner.GetJsonAsync("api/v1/members")).GetProperty("items").EnumerateArray().Single(each => each.GetProperty("role").GetString() == "member");
        using var removed = await owner.DeleteAsync($"api/v1/members/{member.GetProperty("user_id").GetString()}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var refreshed = await guest.PostJsonAsync("api/v1/auth/refresh", new { refresh_token = tokens.GetProperty("refresh_token").GetString() });
        await refreshed.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    private static async Task<string> InviteAsync(HttpClient owner, string email, string role)
    {
        using var response = await owner.PostJsonAsync("api/v1/invitations", new { email, role });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.JsonAsync()).GetProperty("token").GetString()!;
    }

    private static Task<HttpResponseMessage> AcceptAsync(HttpClient client, string token) =>
        client.PostJsonAsync("api/v1/invitations/accept", new { token, password = ApiCalls.Password, full_name = "Guest" });
}
