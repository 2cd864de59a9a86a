using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;

namespace DocuChat.Tests.Ingestion.Extraction;

/// <summary>What a file names outside itself leads nowhere: no file of the machine and no server is asked, and entities do not unfold.</summary>
public sealed class SafetyTests : IDisposable
{
    private const string Word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private const string Sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Slide = "http://schemas.openxmlformats.org/presentationml/2006/main";
    private const string Drawing = "http://schemas.openxmlformats.org/drawingml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Secret = "what-nobody-should-read";

    private readonly string _secret = Path.GetTempFileName();
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public SafetyTests()
    {
        File.WriteAllText(_secret, Secret);
        _server.Start();
    }

    public void Dispose()
    {
        _server.Dispose();
        File.Delete(_secret);
    }

    [Theory]
    [InlineData(FileTypes.Docx)]
    [InlineData(FileTypes.Xlsx)]
    [InlineData(FileTypes.Pptx)]
    [InlineData(FileTypes.Epub)]
    public void Extract_EntitiesThatNameAFileOrAServer_LeadNowhere(string type)
    {
        var entities = $"""<!DOCTYPE x [<!ENTITY % outer SYSTEM "http://{_server.LocalEndpoint}/outer.dtd">%outer;<!ENTITY file SYSTEM "{new Uri(_secret)}"><!ENTITY web SYSTEM "http://{_server.LocalEndpoint}/">]>""";
        // Either the file cannot be read, or what it names is not in it.
        Assert.DoesNotContain(Secret, TextOrReason(type, Of(type, entities, "said &file;&web;")), StringComparison.Ordinal);
        Assert.False(_server.Pending());
    }

    [Theory]
    [InlineData(FileTypes.Docx)]
    [InlineData(FileTypes.Xlsx)]
    [InlineData(FileTypes.Pptx)]
    public void Extract_EntitiesThatUnfoldToGigabytes_AreARefusal(string type)
    {
        var entities = new StringBuilder("<!DOCTYPE x [<!ENTITY l0 \"lol\">");
        for (var level = 1; level <= 9; level++)
            entities.Append(CultureInfo.InvariantCulture, $"<!ENTITY l{level} \"{string.Concat(Enumerable.Repeat($"&l{level - 1};", 10))}\">");
        var exception = Assert.Throws<ExtractionException>(() => Extract.From(type, Of(type, $"{entities}]>", "said &l9;")));
        Assert.Contains("damaged", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_ATemplateOrAnImageElsewhere_IsNotAsked()
    {
        var outside = $"""<Relationship Id="r9" Type="{Office}/attachedTemplate" Target="http://{_server.LocalEndpoint}/template.dotm" TargetMode="External"/><Relationship Id="r8" Type="{Office}/image" Target="{new Uri(_secret)}" TargetMode="External"/>""";
        var docx = Package("word/document.xml", "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", Document("", "the text"), ("word/_rels/document.xml.rels", Relationships(outside)));
        Assert.Equal("the text", Extract.From(FileTypes.Docx, docx).Text);
        Assert.Equal("the text", Extract.From(FileTypes.Html, $"<link rel=stylesheet href='http://{_server.LocalEndpoint}/a.css'><img src='http://{_server.LocalEndpoint}/a.png'><iframe src='{new Uri(_secret)}'></iframe><p>the text</p>").Text);
        Assert.False(_server.Pending());
    }

    [Fact]
    public void Extract_AnArchiveWhosePathsLeadOut_WritesNothingThere()
    {
        var name = $"docuchat-{Guid.CreateVersion7():N}.xhtml";
        var outside = Path.Combine(Path.GetTempPath(), name);
        var up = string.Concat(Enumerable.Repeat("../", 20));
        var docx = Package("word/document.xml", "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", Document("", "the text"), ($"{up}{outside.TrimStart('/')}", "out"), ($"..\\..\\{name}", "out"));
        TextOrReason(FileTypes.Docx, docx);
        var book = Book("", "the text", $"{up}{_secret.TrimStart('/')}");
        Assert.DoesNotContain(Secret, TextOrReason(FileTypes.Epub, book), StringComparison.Ordinal);
        Assert.False(File.Exists(outside));
    }

    private static string TextOrReason(string type, byte[] file)
    {
        try
        {
            return Extract.From(type, file).Text;
        }
        catch (ExtractionException exception)
        {
            return exception.ToString();
        }
    }

    private static byte[] Of(string type, string entities, string text) =>
        type switch
        {
            FileTypes.Docx => Package("word/document.xml", "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", Document(entities, text)),
            FileTypes.Xlsx => Package(
                "xl/workbook.xml",
                "workbook",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                $"""<workbook xmlns="{Sheet}" xmlns:r="{Office}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>""",
                ("xl/_rels/workbook.xml.rels", Relationships($"""<Relationship Id="r1" Type="{Office}/worksheet" Target="sheet.xml"/>""")),
                ("xl/sheet.xml", $"""{entities}<worksheet xmlns="{Sheet}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>""")
            ),
            FileTypes.Pptx => Package(
                "ppt/presentation.xml",
                "presentation",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
                $"""<p:presentation xmlns:p="{Slide}" xmlns:r="{Office}"><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>""",
                ("ppt/_rels/presentation.xml.rels", Relationships($"""<Relationship Id="r1" Type="{Office}/slide" Target="slide.xml"/>""")),
                ("ppt/slide.xml", $"""{entities}<p:sld xmlns:p="{Slide}" xmlns:a="{Drawing}"><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>""")
            ),
            _ => Book(entities, text, "a.xhtml"),
        };

    private static string Document(string entities, string text) => $"""{entities}<w:document xmlns:w="{Word}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>""";

    private static byte[] Book(string entities, string text, string chapter) =>
        ZipFiles.Of(
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", $"""{entities}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>"""),
            ("book.opf", $"""{entities}<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="{chapter}" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>"""),
            ("a.xhtml", $"{entities}<html><body><p>{text}</p></body></html>")
        );

    private static byte[] Package(string part, string kind, string type, string content, params (string Name, string Content)[] further) =>
        ZipFiles.Of([
            ("[Content_Types].xml", $"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="{PartType(kind)}"/><Override PartName="/{part}" ContentType="{type}"/></Types>"""),
            ("_rels/.rels", Relationships($"""<Relationship Id="r1" Type="{Office}/officeDocument" Target="{part}"/>""")),
            (part, content),
            .. further,
        ]);

    private static string PartType(string kind) =>
        kind switch
        {
            "workbook" => "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
            "presentation" => "application/vnd.openxmlformats-officedocument.presentationml.slide+xml",
            _ => "application/xml",
        };

    private static string Relationships(string relationships) => $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relationships}</Relationships>""";
}
