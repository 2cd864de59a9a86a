using System.Text;
using DocuChat.Ingestion.Extraction;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class TextDecoderTests
{
    private const string Persian = "هر کارمند رسمی سالانه سی روز مرخصی دارد. درخواست به مدیر داده می‌شود.";
    private const string French = "L'été dernier, le café où nous étions a fermé à cause des travaux.";

    static TextDecoderTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string, string> Cases =>
        new()
        {
            { "utf-8", Persian },
            { "utf-8", French },
            { "utf-16", Persian },
            { "utf-16", French },
            { "utf-16BE", Persian },
            { "utf-16BE", French },
            // Code page 1256 has no Persian ye and its half-space is its own.
            { "windows-1256", Persian.Replace('ی', 'ي') },
            { "windows-1252", French },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decode_WithoutByteOrderMark_FindsTheEncoding(string encoding, string text) =>
        Assert.Equal(text, TextDecoder.Decode(Encoding.GetEncoding(encoding).GetBytes(text)));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Decode_WithByteOrderMark_DropsTheMark(string encoding)
    {
        var chosen = Encoding.GetEncoding(encoding);
        Assert.Equal(Persian, TextDecoder.Decode([.. chosen.GetPreamble(), .. chosen.GetBytes(Persian)]));
    }
}
