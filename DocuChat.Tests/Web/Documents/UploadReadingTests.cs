using DocuChat.Web.Documents;

namespace DocuChat.Tests.Web.Documents;

public sealed class UploadReadingTests
{
    [Fact]
    public void Read_Accepted_IsTheFile()
    {
        var (taken, refusal) = UploadReading.Read(202, """{"documents":[{"id":"0190a000-0000-7000-8000-000000000003","name":"a.pdf","status":"queued","already_there":true}]}""");

        Assert.Equal(("a.pdf", true, null), (taken!.Name, taken.AlreadyThere, refusal));
    }

    [Theory]
    [InlineData(202, """{"documents":[{"name":"a.exe","status":"refused","error":"This type is not known."}]}""", "This type is not known.", "Upload.Refused")]
    [InlineData(415, """{"title":"The file was refused.","detail":"This type is not known."}""", "This type is not known.", "Upload.Refused")]
    [InlineData(413, "", null, "Upload.TooLarge")]
    [InlineData(503, "", null, "Upload.Broken")]
    [InlineData(0, "", null, "Upload.Broken")]
    [InlineData(502, "<html>", null, "Upload.Refused")]
    [InlineData(202, "", null, "Upload.Refused")]
    public void Read_Refused_SaysWhy(int status, string body, string? words, string textName)
    {
        var (taken, refusal) = UploadReading.Read(status, body);

        Assert.Null(taken);
        Assert.Equal((words, textName), refusal);
    }
}
