using System.Text;
using DocuChat.Core.Documents;
using DocuChat.Tests.Ingestion.Extraction;

namespace DocuChat.Tests.Core.Documents;

public sealed class FileTypesTests
{
    [Theory]
    [InlineData("a.xlsx", "xl/workbook.xml", FileTypes.Xlsx)]
    [InlineData("a", "ppt/presentation.xml", FileTypes.Pptx)]
    [InlineData("a.bin", "word/document.xml", FileTypes.Docx)]
    [InlineData("a.zip", "notes.txt", FileTypes.Zip)]
    public void Detect_AnArchive_IsToldByWhatIsInIt(string name, string member, string expected) =>
        Assert.Equal(expected, FileTypes.Detect(new MemoryStream(ZipFiles.Of((member, "x"))), name).ContentType);

    [Fact]
    public void Detect_ABook_IsToldByItsMark() =>
        Assert.Equal(FileTypes.Epub, FileTypes.Detect(new MemoryStream(ZipFiles.Of(("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<x/>"))), "book").ContentType);

    [Fact]
    public void Detect_AnotherFormatThatIsAnArchive_IsRefusedAndNotUnpacked()
    {
        var type = FileTypes.Detect(new MemoryStream(ZipFiles.Of(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<x/>"))), "a.odt");
        Assert.Null(type.ContentType);
        Assert.Contains("XLSX", type.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.eml", "Subject: x\r\n\r\ny", FileTypes.Mail)]
    [InlineData("a", "Return-Path: <a@b>\r\nSubject: x\r\n\r\ny", FileTypes.Mail)]
    [InlineData("a.txt", "Return-Path: <a@b>", FileTypes.PlainText)]
    [InlineData("a", "<!DOCTYPE html><p>x", FileTypes.Html)]
    public void Detect_AmongTexts_GoesByTheNameThenTheBeginning(string name, string content, string expected) =>
        Assert.Equal(expected, FileTypes.Detect(new MemoryStream(Encoding.UTF8.GetBytes(content)), name).ContentType);

    [Fact]
    public void Detect_AnOfficeFileWithAPassword_IsTakenAsWhatItsNameSays() =>
        Assert.Equal(FileTypes.Xlsx, FileTypes.Detect(new MemoryStream([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]), "a.xlsx").ContentType);
}
