using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace DocuChat.Tests.Sandbox.Zibal;

public sealed class ZibalTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Callback = "https://docuchat.example/api/v1/billing/callback?invoice=42";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pay_FromRequestToInquiry_KeepsTheMoneyOnce()
    {
        var trackId = await RequestAsync("zibal");
        Assert.True(trackId > int.MaxValue);
        Assert.Equal((100, -1), await StateAsync("inquiry", "zibal", trackId));
        Assert.Equal(202, await ResultAsync("verify", "zibal", trackId));

        var page = await sandbox.Client.GetStringAsync($"/start/{trackId}", Cancellation);
        Assert.Contains("۲٬۰۰۰ تومان", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);

        var back = await PressAsync(trackId, "pay");
        Assert.Equal(("42", "1", "2", "order-7", $"{trackId}"), (back["invoice"], back["success"], back["status"], back["orderId"], back["trackId"]));
        Assert.Equal((100, 2), await StateAsync("inquiry", "zibal", trackId));

        var verified = await CallAsync("verify", "zibal", trackId);
        Assert.Equal((100, 1, 20_000, "order-7"), (verified.GetProperty("result").GetInt32(), verified.GetProperty("status").GetInt32(), verified.GetProperty("amount").GetInt64(), verified.GetProperty("orderId").GetString()!));
        Assert.Contains('*', verified.GetProperty("cardNumber").GetString()!);
        Assert.True(verified.GetProperty("refNumber").GetInt64() > 0);
        // Tehran's time without saying so.
        Assert.Equal(DateTimeKind.Unspecified, verified.GetProperty("paidAt").GetDateTime().Kind);

        Assert.Equal((201, 1), await StateAsync("verify", "zibal", trackId));
        var inquiry = await CallAsync("inquiry", "zibal", trackId);
        Assert.True(inquiry.TryGetProperty("verifiedAt", out _) && inquiry.TryGetProperty("createdAt", out _) && inquiry.TryGetProperty("wage", out _) && inquiry.TryGetProperty("shaparakFee", out _));
    }

    [Fact]
    public async Task Cancel_OnThePage_EndsThePaymentForGood()
    {
        var trackId = await RequestAsync("zibal");
        var back = await PressAsync(trackId, "cancel");
        Assert.Equal(("0", "3"), (back["success"], back["status"]));

        Assert.Equal("3", (await PressAsync(trackId, "pay"))["status"]);
        Assert.Equal(202, await ResultAsync("verify", "zibal", trackId));
        using var page = await sandbox.Client.GetAsync($"/start/{trackId}", Cancellation);
        Assert.Equal(HttpStatusCode.Gone, page.StatusCode);
    }

    [Theory]
    [InlineData("someone", 20_000, Callback, 0, 0, null, 102)]
    [InlineData("zibal+nonsense=1", 20_000, Callback, 0, 0, null, 102)]
    [InlineData("zibal", 1_000, Callback, 0, 0, null, 105)]
    [InlineData("zibal", 20_000, "docuchat.example/back", 0, 0, null, 106)]
    [InlineData("zibal", 20_000, Callback, 2, 0, null, 107)]
    [InlineData("zibal", 2_000_000_001, Callback, 0, 0, null, 113)]
    [InlineData("zibal", 20_000, Callback, 0, 0, "12", 114)]
    [InlineData("zibal", 20_000, Callback, 0, 3, null, 116)]
    [InlineData("zibal+result=103", 20_000, Callback, 0, 0, null, 103)]
    [InlineData("zibal", 1_001, Callback, 0, 0, "0012345679", 100)]
    public async Task Request_EachRule_HasItsResult(string merchant, long amount, string callbackUrl, int percentMode, int feeMode, string? nationalCode, int result)
    {
        var (status, body) = await sandbox.PostAsync("/v1/request", new { merchant, amount, callbackUrl, percentMode, feeMode, nationalCode });
        Assert.Equal((200, result, result == 100), (status, body.GetProperty("result").GetInt32(), body.TryGetProperty("trackId", out _)));
    }

    [Fact]
    public async Task Verify_UnknownOrAnothersTrackId_Is203()
    {
        var trackId = await RequestAsync("zibal+id=one");
        Assert.Equal(203, await ResultAsync("verify", "zibal+id=two", trackId));
        Assert.Equal(203, await ResultAsync("inquiry", "zibal", 7));
    }

    [Fact]
    public async Task Verify_ReplyLost_HasCapturedAllTheSame()
    {
        const string merchant = "zibal+verify=lost+times=1+already=bare";
        var trackId = await PaidAsync(merchant);

        await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync("verify", merchant, trackId));
        var again = await CallAsync("verify", merchant, trackId);
        Assert.Equal(["message", "result"], again.EnumerateObject().Select(property => property.Name).Order());
        Assert.Equal(201, again.GetProperty("result").GetInt32());
        Assert.Equal(20_000, (await CallAsync("inquiry", merchant, trackId)).GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task Verify_ServerError_CapturedNothing()
    {
        const string merchant = "zibal+verify=500+times=1";
        var trackId = await PaidAsync(merchant);

        using var failed = await sandbox.Client.PostAsync("/v1/verify", Json(merchant, trackId), Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal((100, 2), await StateAsync("inquiry", merchant, trackId));
        Assert.Equal((100, 1), await StateAsync("verify", merchant, trackId));
    }

    [Fact]
    public async Task Request_ReplyLost_MadeAPaymentThatNobodyKnowsOf()
    {
        var merchant = $"zibal+request=lost+times=1+id={Guid.CreateVersion7()}";
        await Assert.ThrowsAsync<HttpRequestException>(() => RequestAsync(merchant));
        Assert.True(await RequestAsync(merchant) > 0);
    }

    [Fact]
    public async Task Verify_WrongAmount_IsToldByInquiryToo()
    {
        const string merchant = "zibal+wrong=-5000+slow=1ms";
        var trackId = await PaidAsync(merchant);
        Assert.Equal(15_000, (await CallAsync("verify", merchant, trackId)).GetProperty("amount").GetInt64());
        Assert.Equal(15_000, (await CallAsync("inquiry", merchant, trackId)).GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task Verify_AfterTheReversal_FindsNoMoney()
    {
        const string merchant = "zibal+reverse=0ms";
        var trackId = await PaidAsync(merchant);
        Assert.Equal(202, await ResultAsync("verify", merchant, trackId));
        Assert.Equal((100, 18), await StateAsync("inquiry", merchant, trackId));
    }

    [Fact]
    public async Task Pay_StatusKnob_FailsOnThePage()
    {
        const string merchant = "zibal+status=5";
        var trackId = await RequestAsync(merchant);
        var back = await PressAsync(trackId, "pay");
        Assert.Equal(("0", "5"), (back["success"], back["status"]));
        Assert.Equal(202, await ResultAsync("verify", merchant, trackId));
    }

    private async Task<long> PaidAsync(string merchant)
    {
        var trackId = await RequestAsync(merchant);
        await PressAsync(trackId, "pay");
        return trackId;
    }

    private async Task<long> RequestAsync(string merchant)
    {
        var (_, body) = await sandbox.PostAsync("/v1/request", new { merchant, amount = 20_000, callbackUrl = Callback, orderId = "order-7", description = "<b>Invoice</b> 42", linkToPay = true });
        Assert.Equal(100, body.GetProperty("result").GetInt32());
        var trackId = body.GetProperty("trackId").GetInt64();
        Assert.EndsWith($"/start/{trackId}", body.GetProperty("payLink").GetString(), StringComparison.Ordinal);
        return trackId;
    }

    private async Task<Dictionary<string, string>> PressAsync(long trackId, string button)
    {
        using var response = await sandbox.Client.PostAsync($"/start/{trackId}/{button}", null, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith(Callback, response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(response.Headers.Location.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }

    private async Task<JsonElement> CallAsync(string call, string merchant, long trackId)
    {
        var (status, body) = await sandbox.PostAsync($"/v1/{call}", new { merchant, trackId });
        Assert.Equal(200, status);
        return body;
    }

    private async Task<int> ResultAsync(string call, string merchant, long trackId) => (await CallAsync(call, merchant, trackId)).GetProperty("result").GetInt32();

    private async Task<(int Result, int Status)> StateAsync(string call, string merchant, long trackId)
    {
        var body = await CallAsync(call, merchant, trackId);
        return (body.GetProperty("result").GetInt32(), body.GetProperty("status").GetInt32());
    }

    private static System.Net.Http.Json.JsonContent Json(string merchant, long trackId) => System.Net.Http.Json.JsonContent.Create(new { merchant, trackId });
}
