using CsCheck;
using DocuChat.Core.Conversations.Citations;
using DocuChat.Core.Text;
using Xunit;

namespace DocuChat.Tests.Core.Conversations;

public sealed class QuoteFinderTests
{
    private const string Leave =
        "Employees may take thirty days of paid leave a year. Unused days up to nine are carried over. Sick leave needs a doctor's note after the third day.";

    private const string Persian = "هر کارمند سالانه سی روز مرخصی با حقوق دارد. حداکثر ۹ روز از مرخصی استفاده‌نشده به سال بعد منتقل می‌شود. مرخصی استعلاجی گواهی پزشک می‌خواهد.";

    [Theory]
    [InlineData(Leave, "Unused days up to nine are carried over.", "Unused days up to nine are carried over.")]
    [InlineData(Leave, "**Thirty days of paid leave**:", "thirty days of paid leave")]
    [InlineData(Leave, "A doctor's note is needed for sick leave", "Sick leave needs a doctor's note after the third day.")]
    [InlineData(Persian, "حداكثر 9 روز از مرخصي استفاده نشده به سال بعد منتقل مي شود", "حداکثر ۹ روز از مرخصی استفاده‌نشده به سال بعد منتقل می‌شود.")]
    [InlineData(Persian, "کارمند سی روز مرخصی با حقوق در سال دارد", "هر کارمند سالانه سی روز مرخصی با حقوق دارد.")]
    public void Find_SupportedSentence_QuotesTheStoredWords(string text, string sentence, string quote)
    {
        var range = new QuoteFinder(text).Find(sentence);
        Assert.NotNull(range);
        Assert.Equal(quote, text[range.Value.Start..range.Value.End]);
    }

    [Theory]
    [InlineData(Leave, "The canteen opens at eight and serves breakfast.")]
    [InlineData(Leave, "Yes.")]
    [InlineData(Leave, "")]
    [InlineData(Persian, "ساعت کار رستوران از هشت صبح است")]
    [InlineData(Persian, "Employees must wear a badge at all times")]
    public void Find_UnsupportedSentence_FindsNothing(string text, string sentence) => Assert.Null(new QuoteFinder(text).Find(sentence));

    [Fact]
    public void Find_AnswerInAnotherScript_RestsOnWhatTheyShare()
    {
        const string text = "The contract with ACME was signed in 2019. It ends in 2031.";
        var range = new QuoteFinder(text).Find("قرارداد با ACME در سال ۲۰۱۹ امضا شد");
        Assert.NotNull(range);
        Assert.Equal("The contract with ACME was signed in 2019.", text[range.Value.Start..range.Value.End]);
    }

    /// <summary>Whatever is asked, a quote is words of the text; and every sentence of the text finds itself.</summary>
    [Fact]
    public void Find_AnySentence_IsInsideTheText()
    {
        var words = OneOf("leave", "مرخصی", "ten", "۹", "days", "روز", "contract", "قرارداد", "it", "است", "end", "پایان");
        var sentence = words.Array[3, 8].Select(list => string.Join(' ', list) + ".");
        Gen.Select(sentence.Array[1, 6], sentence)
            .Sample(
                (sentences, asked) =>
                {
                    var text = string.Join(' ', sentences);
                    var finder = new QuoteFinder(text);
                    if (finder.Find(asked) is { } range)
                        Assert.True(range.Start >= 0 && range.End <= text.Length && range.Length > 0);
                    foreach (var own in sentences.Where(own => own.Length > 14))
                    {
                        var found = finder.Find(own);
                        Assert.NotNull(found);
                        Assert.Contains(TextNormalizer.Normalize(own).Value, TextNormalizer.Normalize(text[found.Value.Start..found.Value.End]).Value, StringComparison.Ordinal);
                    }
                }
            );
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
