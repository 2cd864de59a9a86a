using DocuChat.Ingestion.Extraction.Pdf;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class BidiTests
{
    /// <summary>Right: as read. Left: as seen from left to right, the brackets as they are drawn.</summary>
    public static TheoryData<string, string> RightToLeftLines =>
        new()
        {
            { "ناهج مالس", "سلام جهان" },
            { "تسا ۱۲۳ ددع", "عدد ۱۲۳ است" },
            { "دیتسرفب info@example.com هب", "به info@example.com بفرستید" },
            { "Microsoft Word 2019 هخسن", "نسخه Microsoft Word 2019" },
            { "(۴ هدام)", "(ماده ۴)" },
            { "«گرزب» هناخ", "خانه «بزرگ»" },
            { "3.14 و ۱۲٬۵۰۰", "۱۲٬۵۰۰ و 3.14" },
            { "۱۴۰۳/۰۲/۱۵ خیرات", "تاریخ ۱۴۰۳/۰۲/۱۵" },
            { "دش ٪۵", "٪۵ شد" },
            { "۲۰ ۱۰ ددع", "عدد ۱۰ ۲۰" },
        };

    [Theory]
    [MemberData(nameof(RightToLeftLines))]
    public void ReadingOrder_OfARightToLeftLine_IsAsItIsRead(string seen, string read) => Assert.Equal(read, Read(seen, rightToLeft: true));

    [Theory]
    [InlineData("The word مالس means hello", "The word سلام means hello")]
    [InlineData("see ناهج مالس (p. 4)", "see سلام جهان (p. 4)")]
    [InlineData("only Latin (1, 2)", "only Latin (1, 2)")]
    public void ReadingOrder_OfALeftToRightLine_TurnsOnlyItsRightToLeftWords(string seen, string read) => Assert.Equal(read, Read(seen, rightToLeft: false));

    private static string Read(string seen, bool rightToLeft)
    {
        var items = seen.Select(character => character.ToString()).ToList();
        return string.Concat(Bidi.ReadingOrder(items, rightToLeft).Select(place => place.IsLeftToRight ? items[place.Index] : Bidi.Mirror(items[place.Index])));
    }
}
