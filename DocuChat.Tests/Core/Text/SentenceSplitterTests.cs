using CsCheck;
using DocuChat.Core.Text;
using Xunit;

namespace DocuChat.Tests.Core.Text;

public sealed class SentenceSplitterTests
{
    [Theory]
    [InlineData("One. Two! Three? Four", "One.|Two!|Three?|Four")]
    [InlineData("این یک است. آن چیست؟ نمی‌دانم؛ شاید… بله!", "این یک است.|آن چیست؟|نمی‌دانم؛|شاید…|بله!")]
    [InlineData("Pi is 3.14 and ۳.۱۴ too. See example.com for more.", "Pi is 3.14 and ۳.۱۴ too.|See example.com for more.")]
    [InlineData("Dr. Smith met J. R. Jones, i.e. her friend. They left.", "Dr. Smith met J. R. Jones, i.e. her friend.|They left.")]
    [InlineData("در سده ۵ ق. م. زندگی می‌کرد. سپس درگذشت.", "در سده ۵ ق. م. زندگی می‌کرد.|سپس درگذشت.")]
    [InlineData("He said \"go.\" She went (slowly.) Then…", "He said \"go.\"|She went (slowly.)|Then…")]
    [InlineData("Heading\n\nBody text\nthat wraps. Next", "Heading|Body text\nthat wraps.|Next")]
    [InlineData("Items:\n- one\n- two\n1. three\n2. four", "Items:|- one|- two|1. three|2. four")]
    [InlineData("flow over a wing . the results are given .", "flow over a wing .|the results are given .")]
    [InlineData("about approx. ten things vs. none", "about approx. ten things vs. none")]
    [InlineData("  \n ", "")]
    public void Split_KnownTexts_FindsTheSentences(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', SentenceSplitter.Split(text).Select(range => range.Of(text).ToString())));

    [Fact]
    public void Split_AnyText_KeepsEveryVisibleCharacterInOrder() =>
        Gen.String["ab.A1 \n!؟؛…\"»)-م"].Sample(text =>
        {
            var sentences = SentenceSplitter.Split(text);
            var position = 0;
            foreach (var sentence in sentences)
            {
                Assert.True(sentence.Start >= position && sentence.Length > 0);
                Assert.True(string.IsNullOrWhiteSpace(text[position..sentence.Start]));
                position = sentence.End;
            }
            Assert.True(string.IsNullOrWhiteSpace(text[position..]));
        });
}
