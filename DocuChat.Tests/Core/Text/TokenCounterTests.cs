using DocuChat.Core.Text;
using Xunit;

namespace DocuChat.Tests.Core.Text;

public sealed class TokenCounterTests
{
    [Fact]
    public void Count_KnownText_IsWhatO200kGives()
    {
        Assert.Equal(0, TokenCounter.Count(""));
        Assert.Equal(2, TokenCounter.Count("hello world"));
        // A vocabulary without Persian would need about a token a letter.
        Assert.InRange(TokenCounter.Count("پایتخت ایران تهران است"), 4, 9);
    }

    [Fact]
    public void LengthOf_ALimit_IsTheLongestBeginningWithin()
    {
        const string text = "one two three four five six";
        var length = TokenCounter.LengthOf(text, 3);
        Assert.Equal("one two three", text[..length]);
        Assert.Equal(text.Length, TokenCounter.LengthOf(text, 100));
    }
}
