using DocuChat.Core.Text.Analysis;
using Xunit;

namespace DocuChat.Tests.Core.Text.Analysis;

public sealed class TextAnalyzerTests
{
    /// <summary>Examples that Porter's paper gives with its rules.</summary>
    [Theory]
    [InlineData("caresses", "caress")]
    [InlineData("ponies", "poni")]
    [InlineData("cats", "cat")]
    [InlineData("feed", "feed")]
    [InlineData("agreed", "agre")]
    [InlineData("plastered", "plaster")]
    [InlineData("motoring", "motor")]
    [InlineData("sing", "sing")]
    [InlineData("conflated", "conflat")]
    [InlineData("sized", "size")]
    [InlineData("hopping", "hop")]
    [InlineData("falling", "fall")]
    [InlineData("hissing", "hiss")]
    [InlineData("filing", "file")]
    [InlineData("happy", "happi")]
    [InlineData("sky", "sky")]
    [InlineData("relational", "relat")]
    [InlineData("rational", "ration")]
    [InlineData("vietnamization", "vietnam")]
    [InlineData("triplicate", "triplic")]
    [InlineData("hopefulness", "hope")]
    [InlineData("electrical", "electr")]
    [InlineData("replacement", "replac")]
    [InlineData("adoption", "adopt")]
    [InlineData("probate", "probat")]
    [InlineData("rate", "rate")]
    [InlineData("controlling", "control")]
    [InlineData("generalizations", "gener")]
    public void PorterStemmer_ExamplesOfThePaper_GiveItsStems(string word, string stem)
    {
        var letters = word.ToCharArray();
        Assert.Equal(stem, new string(letters, 0, PorterStemmer.Stem(letters)));
    }

    [Theory]
    [InlineData("connection of wings", "the wing's connections")]
    [InlineData("Café", "cafe")]
    [InlineData("كتاب علي", "کتاب علی")]
    [InlineData("کتاب‌های", "کتابها")]
    [InlineData("۱۲۳", "123")]
    public void Analyze_WritingsOfTheSame_ShareTheirWords(string left, string right) => Assert.Equal(WordsOf(left), WordsOf(right));

    [Theory]
    [InlineData("دانشگاه", "دانشگاهیان")]
    [InlineData("میرود", "نمی‌روند میرودها")]
    public void Analyze_PersianWordsOfOneStem_ShareGrams(string left, string right) =>
        Assert.Contains(TermsOf(left).Intersect(TermsOf(right)), TextAnalyzer.IsGram);

    [Fact]
    public void Analyze_FunctionWords_GiveNothing()
    {
        Assert.Empty(TermsOf("what is the of and"));
        Assert.Empty(TermsOf("آیا این از آن است که می‌شود"));
        Assert.Empty(TermsOf("… ؟ !"));
    }

    [Fact]
    public void Analyze_TextWithoutSpaces_GivesPairsOfLetters() => Assert.NotEmpty(TermsOf("首都").Intersect(TermsOf("中国的首都是北京")));

    [Fact]
    public void Analyze_ALength_CountsWordsAndNotGrams()
    {
        Assert.Equal(2, TextAnalyzer.Analyze("دانشگاه بزرگ", []));
        Assert.Equal(2, TextAnalyzer.Analyze("wind tunnels", []));
        Assert.Equal(1, TextAnalyzer.Analyze(new string('x', 5000), []));
    }

    [Fact]
    public void AnalyzeQuery_ALongWord_CountsNoMoreThanTwice()
    {
        var terms = TextAnalyzer.AnalyzeQuery("دانشگاهیان");
        Assert.Equal(1, terms.Where(term => !TextAnalyzer.IsGram(term.Term)).Sum(term => term.Weight));
        Assert.Equal(1, terms.Where(term => TextAnalyzer.IsGram(term.Term)).Sum(term => term.Weight), 1e-5);
    }

    private static HashSet<uint> WordsOf(string text) => [.. TermsOf(text).Where(term => !TextAnalyzer.IsGram(term))];

    private static List<uint> TermsOf(string text)
    {
        var terms = new List<uint>();
        TextAnalyzer.Analyze(text, terms);
        return terms;
    }
}
