using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using DocuChat.Core.Persistence;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Tests.Api.Auth;

public sealed partial class SignInCodeTests(ApiFixture factory) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Verify_TheCodeOfTheMail_SignsInOnce()
    {
        var (client, email, code) = await RequestAsync();
        using var _ = client;
        // As a Persian keyboard types it.
        using var response = await VerifyAsync(client, email, string.Concat(code.Select(digit => (char)('۰' + digit - '0'))));
        var tokens = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
        Assert.Equal(email, (await client.GetJsonAsync("api/v1/auth/me")).GetProperty("user").GetProperty("email").GetString());

        using var again = await VerifyAsync(client, email, code);
        await again.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Verify_AfterFiveWrongCodes_RefusesTheRightOneToo()
    {
        var (client, email, code) = await RequestAsync();
        using var _ = client;
        var wrong = code == "000000" ? "000001" : "000000";
        var refused = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => VerifyAsync(client, email, wrong)));
        foreach (var response in refused)
            using (response)
                await response.AssertProblemAsync(HttpStatusCode.Unauthorized);
        using var right = await VerifyAsync(client, email, code);
        await right.AssertProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Request_TwiceInAMinute_SendsOneMail()
    {
        var (client, email, code) = await RequestAsync();
        using var _ = client;
        using var second = await client.PostJsonAsync("api/v1/auth/request-code", new { email });
        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(code, Assert.Single(await MailsToAsync(email)));
    }

    [Fact]
    public async Task Request_UnknownAddress_AnswersTheSameAndSendsNothing()
    {
        using var client = factory.Api.CreateClient();
        var email = ApiCalls.NewEmail();
        using var response = await client.PostJsonAsync("api/v1/auth/request-code", new { email });
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(600, (await response.JsonAsync()).GetProperty("expires_in").GetInt32());
        Assert.Empty(await MailsToAsync(email));
    }

    private async Task<(HttpClient Client, string Email, string Code)> RequestAsync()
    {
        var email = ApiCalls.NewEmail();
        (await factory.Api.RegisterAsync(email)).Client.Dispose();
        var client = factory.Api.CreateClient();
        using var response = await client.PostJsonAsync("api/v1/auth/request-code", new { email });
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (client, email, Assert.Single(await MailsToAsync(email)));
    }

    private static Task<HttpResponseMessage> VerifyAsync(HttpClient client, string email, string code) => client.PostJsonAsync("api/v1/auth/verify-code", new { email, code });

    // The codes of the outbox; the HTML says the same one as the text.
    private async Task<IReadOnlyList<string>> MailsToAsync(string email)
    {
        await using var database = factory.Api.Database.Context(tenant: null, DatabaseRole.Operator);
        var mails = await database.Notifications.Where(mail => mail.Recipient == email).ToListAsync(TestContext.Current.CancellationToken);
        return [.. mails.Select(mail => SixDigits().Match(mail.Text).Value).Where((code, i) => code.Length == 6 && mails[i].Html.Contains($">{code}<", StringComparison.Ordinal) && !mails[i].Subject.Contains(code, StringComparison.Ordinal))];
    }

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex SixDigits();
}
