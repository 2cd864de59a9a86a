using DocuChat.Core.Billing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Core.Billing;

public sealed class PayLinksTests
{
    private const string Secret = "a secret of the tests, at least 32 bytes long";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Read_OfItsOwnToken_IsTheInvoice()
    {
        var links = Links(Secret);

        Assert.Equal(PayLinkState.Valid, links.Read(TokenOf(links.To(4_300_000_042)), out var invoice));
        Assert.Equal(4_300_000_042, invoice);
    }

    [Fact]
    public void Read_AfterItsTime_IsExpired()
    {
        var links = Links(Secret);
        var token = TokenOf(links.To(42));
        _time.Advance(TimeSpan.FromDays(61));

        Assert.Equal(PayLinkState.Expired, links.Read(token, out _));
    }

    [Fact]
    public void Read_OfATokenWithAnyCharacterChanged_IsForged()
    {
        var links = Links(Secret);
        var token = TokenOf(links.To(42));
        for (var i = 0; i < token.Length - 1; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.Equal(PayLinkState.Forged, links.Read(changed, out var invoice));
            Assert.Equal(0, invoice);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("../../etc/passwd")]
    [InlineData("ÀÁÂ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Read_OfAnythingElse_IsForged(string token) => Assert.Equal(PayLinkState.Forged, Links(Secret).Read(token, out _));

    [Fact]
    public void Read_AfterTheSecretWasRotated_StillKnowsTheFormer()
    {
        var token = TokenOf(Links(Secret).To(42));

        Assert.Equal(PayLinkState.Valid, Links("another secret of the tests, long enough too", Secret).Read(token, out _));
        Assert.Equal(PayLinkState.Forged, Links("another secret of the tests, long enough too").Read(token, out _));
    }

    private static string TokenOf(Uri link) => link.Segments[^1];

    private PayLinks Links(string secret, string? previous = null) => new(Options.Create(new PayLinkOptions { Secret = secret, PreviousSecret = previous }), Options.Create(new BillingOptions()), _time);
}
