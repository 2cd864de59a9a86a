using CsCheck;
using DocuChat.Core.Text;
using Xunit;

namespace DocuChat.Tests.Core.Text;

public sealed class TextNormalizerTests
{
    [Theory]
    [InlineData("كتابهاي علي", "کتابهای علی")]
    [InlineData("می‌رود", "می رود")]
    [InlineData("مسألهٔ مؤثر، رأی", "مساله موثر, رای")]
    [InlineData("خانۀ آن‌ها", "خانه آن ها")]
    [InlineData("ا\u0653ب", "آب")]
    [InlineData("کِتابٌ", "کتاب")]
    [InlineData("ســـلام", "سلام")]
    [InlineData("۱۲۳ ٤٥٦ ۳٫۱۴", "123 456 3.14")]
    [InlineData("\uFEB3\uFEFC\uFEE1", "سلام")]
    [InlineData("«نقل» “quote” it’s", "\"نقل\" \"quote\" it's")]
    [InlineData("ﬁne  Ｗｉｄｅ\r\n\tText", "fine wide text")]
    [InlineData("a\u200Bb\u00ADc\u200Ed", "abcd")]
    [InlineData("cafe\u0301", "caf\u00E9")]
    [InlineData("", "")]
    public void Normalize_KnownForms_GivesTheOneForm(string text, string expected) => Assert.Equal(expected, TextNormalizer.Normalize(text).Value);

    [Fact]
    public void ToOriginal_WordBehindMarksAndLigatures_CoversTheWholeWord()
    {
        const string text = "  پس  کِتا\u0640بِ ﬁne";
        var normalized = TextNormalizer.Normalize(text);

        var word = normalized.Value.IndexOf("کتاب", StringComparison.Ordinal);
        var (start, end) = normalized.ToOriginal(word, word + 4);
        Assert.Equal("کِتا\u0640بِ", text[start..end]);

        var (ligatureStart, ligatureEnd) = normalized.ToOriginal(normalized.Value.Length - 3, normalized.Value.Length - 2);
        Assert.Equal("ﬁ", text[ligatureStart..ligatureEnd]);
    }

    [Fact]
    public void ToOriginal_AnyRangeOfAnyText_MapsToTextThatHoldsTheSameContent() =>
        AnyText.Sample(text =>
        {
            var normalized = TextNormalizer.Normalize(text);
            var length = normalized.Value.Length;
            for (var start = 0; start < length; start++)
            {
                foreach (var end in new[] { start + 1, Math.Min(start + 5, length), length })
                {
                    var (from, to) = normalized.ToOriginal(start, end);
                    Assert.InRange(from, 0, to);
                    Assert.InRange(to, from, text.Length);
                    // A half of a surrogate pair has no text of its own.
                    if (char.IsLowSurrogate(normalized.Value[start]) || char.IsHighSurrogate(normalized.Value[end - 1]))
                        continue;
                    Assert.Contains(normalized.Value[start..end], TextNormalizer.Normalize(text[from..to]).Value, StringComparison.Ordinal);
                }
            }
        });

    [Fact]
    public void Normalize_Twice_ChangesNothingMore() =>
        AnyText.Sample(text =>
        {
            var once = TextNormalizer.Normalize(text).Value;
            Assert.Equal(once, TextNormalizer.Normalize(once).Value);
        });

    /// <summary>Texts of the letters, marks, controls and forms that normalising touches, and of any other characters.</summary>
    private static Gen<string> AnyText { get; } = Gen.OneOf(
        Gen.String["abcXYZ 019.,\t\n"],
        Gen.String["كيىةۀأإآؤئءکیهاوبپ\u064B\u0653\u0654\u0670\u0640\u200C\u200D\u200F ۱٤،؛؟"],
        Gen.String["\uFEB3\uFEFC\uFEE1\uFDF2\uFB01Ｗé\u0301\u00A0½…«»—"],
        Gen.String
    );
}
