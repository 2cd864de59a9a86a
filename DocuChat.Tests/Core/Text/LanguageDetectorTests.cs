using DocuChat.Core.Text;
using Xunit;

namespace DocuChat.Tests.Core.Text;

public sealed class LanguageDetectorTests
{
    [Theory]
    [InlineData("fa", "کتاب مقدس دین اسلام چیست؟")]
    [InlineData("fa", "كتاب مقدس دين اسلام چيست؟")]
    [InlineData("fa", "پایتخت ایران")]
    [InlineData("fa", "دسامبر ۲۰۲۴ در نرم‌افزار Microsoft Office ثبت شد")]
    [InlineData("ar", "ما هي عاصمة العراق؟")]
    [InlineData("ar", "القرآن هو الكتاب المقدس في الإسلام")]
    [InlineData("ur", "پاکستان کا دارالحکومت کیا ہے، یہ لڑکے ہیں")]
    [InlineData("en", "How many points did the Panthers defense surrender?")]
    [InlineData("en", "Panthers defense")]
    [InlineData("en", "what similarity laws must be obeyed (کتاب)")]
    [InlineData("de", "Wann wurde das Gebäude in der Stadt gebaut und von wem?")]
    [InlineData("fr", "Quelle est la capitale de la France et qui est le président ?")]
    [InlineData("es", "¿Cuándo se construyó el edificio en la ciudad y por qué?")]
    [InlineData("ru", "Как называется столица России?")]
    [InlineData("zh", "中国的首都是哪里")]
    [InlineData("ja", "日本の首都はどこですか")]
    [InlineData("und", "1234 — 56.7 %")]
    [InlineData("und", "")]
    public void Detect_KnownTexts_TellsTheLanguage(string language, string text) => Assert.Equal(language, LanguageDetector.Detect(text));

    /// <summary>Each corpus of the shared data is in one language, whatever names and quotes its passages hold.</summary>
    [Theory]
    [InlineData("fa-pquad-test", "fa", 0.995)]
    [InlineData("xquad-en", "en", 0.99)]
    [InlineData("en-cranfield", "en", 0.99)]
    public void Detect_PassagesOfACorpus_NearlyAllInItsLanguage(string set, string language, double share)
    {
        Assert.SkipUnless(SharedData.Folder(set) is not null, "The data sets are not on this machine (DOCUCHAT_DATA).");
        foreach (var file in new[] { "corpus.jsonl", "queries.jsonl" })
        {
            var texts = SharedData.Texts(set, file).Where(text => text.Length > 0).ToList();
            Assert.True(texts.Count(text => LanguageDetector.Detect(text) == language) >= share * texts.Count, file);
        }
    }
}
