using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class EpubExtractorTests
{
    private const string Container = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>""";

    [Fact]
    public void Extract_ReadsTheSpineInItsOrder()
    {
        var document = Extract.From(
            FileTypes.Epub,
            Book(
                Package("""<item id="a" href="text/one%201.xhtml" media-type="application/xhtml+xml"/><item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>""", "b", "a"),
                ("OEBPS/text/one 1.xhtml", """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x.js"/></head><body><h1>فصل دوم</h1><p>دو<a id="n"/> خط<br/>تمام</p></body></html>"""),
                ("OEBPS/two.xhtml", "<html><body><h1>One</h1><p>First.</p></body></html>")
            )
        );
        Assert.Equal(["Heading1: One", "Paragraph: First.", "Heading1: فصل دوم", "Paragraph: دو خط تمام"], Extract.Blocks(document));
    }

    [Theory]
    [InlineData("../../../../etc/hostname")]
    [InlineData("file:///etc/hostname")]
    [InlineData("/etc/hostname")]
    [InlineData("http://127.0.0.1:1/a.xhtml")]
    public void Extract_AReferenceOutOfTheArchive_LeadsNowhere(string href)
    {
        var book = Book(Package($"""<item id="a" href="{href}" media-type="application/xhtml+xml"/>""", "a"));
        Assert.Contains("no text", Assert.Throws<ExtractionException>(() => Extract.From(FileTypes.Epub, book)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_ADocumentTypeWithEntities_IsNotFollowed()
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, "secret");
        try
        {
            var book = Book(
                $"""<!DOCTYPE package [<!ENTITY x SYSTEM "{new Uri(secret)}">]><package xmlns="http://www.idpf.org/2007/opf"><metadata>&x;</metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>""",
                ("OEBPS/a.xhtml", $"""<!DOCTYPE html [<!ENTITY x SYSTEM "{new Uri(secret)}">]><html><body><p>Said: &x; and no more.</p></body></html>""")
            );
            // Either the book cannot be read, or what it names is not in it.
            var text = Record(() => Extract.From(FileTypes.Epub, book).Text);
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public void Extract_AProtectedBook_SaysSo()
    {
        var book = Book(
            Package("""<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>""", "a"),
            ("OEBPS/a.xhtml", "noise"),
            ("META-INF/encryption.xml", """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData><CipherReference URI="OEBPS/a.xhtml"/></CipherData></EncryptedData></encryption>""")
        );
        Assert.Contains("DRM", Assert.Throws<ExtractionException>(() => Extract.From(FileTypes.Epub, book)).Message, StringComparison.Ordinal);
    }

    private static string Record(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (ExtractionException exception)
        {
            return exception.ToString();
        }
    }

    private static string Package(string items, params string[] spine) =>
        $"""<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{string.Concat(spine.Select(id => $"<itemref idref=\"{id}\"/>"))}</spine></package>""";

    private static byte[] Book(string package, params (string Name, string Content)[] files) =>
        ZipFiles.Of([("mimetype", "application/epub+zip"), ("META-INF/container.xml", Container), ("OEBPS/book.opf", package), .. files]);
}
