using DocuChat.Ingestion.Extraction.Pdf;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class BracketsTests
{
    [Theory]
    [InlineData("«قرائت کردن» و «خواندن»", 2)]
    [InlineData("»قرائت کردن« و »خواندن«", 1)]
    [InlineData("(الف [ب] ج)", 2)]
    [InlineData(")الف(", 0)]
    [InlineData("(الف]", 0)]
    public void Pairs_AreMoreWhereEachIsOpenedAndClosed(string text, int pairs) => Assert.Equal(pairs, Brackets.Pairs([text]));

    [Fact]
    public void Pairs_GoOnInTheNextLine() => Assert.Equal(1, Brackets.Pairs(["و «خواندن", "است» و"]));
}
