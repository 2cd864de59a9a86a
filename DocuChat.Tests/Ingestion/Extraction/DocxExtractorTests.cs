using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class DocxExtractorTests
{
    private const string Word = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

    [Fact]
    public void Extract_HeadingsListsAndTables_BecomeStructure()
    {
        var document = Extract.From(
            FileTypes.Docx,
            Docx(
                """
                <w:p><w:pPr><w:pStyle w:val="MyTitle"/></w:pPr><w:r><w:t>آیین‌نامه</w:t></w:r></w:p>
                <w:p><w:r><w:t xml:space="preserve">Thirty </w:t></w:r><w:r><w:t>days</w:t><w:tab/><w:t>a year.</w:t></w:r></w:p>
                <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>item</w:t></w:r></w:p>
                <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Name</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Days</w:t></w:r></w:p></w:tc></w:tr>
                <w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>Sara</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>30</w:t></w:r></w:p></w:tc></w:tr>
                <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>31</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
                """
            )
        );
        Assert.Equal(
            [
                "Heading1: آیین‌نامه",
                "Paragraph: Thirty days a year.",
                "ListItem: item",
                "TableRow: Name | Days",
                "TableRow: Name: Sara | Days: 30",
                "TableRow: Name: Sara | Days: 31",
            ],
            Extract.Blocks(document)
        );
    }

    [Fact]
    public void Extract_TrackedChanges_AreTakenAsAccepted() =>
        Assert.Equal(
            "We pay 30 days.",
            Extract
                .From(
                    FileTypes.Docx,
                    Docx(
                        """
                        <w:p><w:r><w:t xml:space="preserve">We pay </w:t></w:r><w:del w:id="1" w:author="a"><w:r><w:delText>20</w:delText></w:r></w:del>
                        <w:ins w:id="2" w:author="a"><w:r><w:t>30</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> days.</w:t></w:r></w:p>
                        """
                    )
                )
                .Text
        );

    [Fact]
    public void Extract_Footnotes_StandAfterTheTextWithTheirNumber() =>
        Assert.Equal(
            ["Paragraph: See the law[1].", "Paragraph: [1] Of 1990."],
            Extract.Blocks(
                Extract.From(
                    FileTypes.Docx,
                    Docx(
                        """<w:p><w:r><w:t>See the law</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r></w:p>""",
                        """<w:footnote w:id="2"><w:p><w:r><w:t>Of 1990.</w:t></w:r></w:p></w:footnote>"""
                    )
                )
            )
        );

    [Fact]
    public void Extract_Truncated_SaysSo()
    {
        var whole = Docx("<w:p><w:r><w:t>text</w:t></w:r></w:p>");
        var exception = Assert.Throws<ExtractionException>(() => Extract.From(FileTypes.Docx, whole[..(whole.Length / 2)]));
        Assert.Contains("damaged or incomplete", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Docx(string body, string? footnotes = null)
    {
        using var bytes = new MemoryStream();
        using (var package = WordprocessingDocument.Create(bytes, WordprocessingDocumentType.Document))
        {
            var main = package.AddMainDocumentPart();
            main.Document = new DocumentFormat.OpenXml.Wordprocessing.Document($"<w:document {Word}><w:body>{body}</w:body></w:document>");
            main.AddNewPart<StyleDefinitionsPart>().Styles = new Styles(
                $"<w:styles {Word}><w:style w:type=\"paragraph\" w:styleId=\"Base\"><w:name w:val=\"heading 1\"/></w:style><w:style w:type=\"paragraph\" w:styleId=\"MyTitle\"><w:name w:val=\"Mine\"/><w:basedOn w:val=\"Base\"/></w:style></w:styles>"
            );
            if (footnotes is not null)
                main.AddNewPart<FootnotesPart>().Footnotes = new Footnotes($"<w:footnotes {Word}>{footnotes}</w:footnotes>");
        }
        return bytes.ToArray();
    }
}
