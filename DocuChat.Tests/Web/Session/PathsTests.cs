using DocuChat.Web.Session;

namespace DocuChat.Tests.Web.Session;

public sealed class PathsTests
{
    [Theory]
    [InlineData("/documents?a=b", "/documents?a=b")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("documents", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    public void Local_LeadsNowhereElse(string? address, string expected) => Assert.Equal(expected, Paths.Local(address));
}
