using DocuChat.Core.Documents;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Presentation;
using DocumentFormat.OpenXml.Spreadsheet;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class OfficeFormatsTests
{
    private const string Sheet = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    private const string Slide =
        "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

    [Fact]
    public void Xlsx_WritesEachRowWithTheNamesOfItsColumnsUnderTheSheetsName()
    {
        var document = Extract.From(
            FileTypes.Xlsx,
            Xlsx(
                ("مرخصی", SheetStateValues.Visible, """
                    <row r="1"><c r="A1" t="inlineStr"><is><t>Leave of 1404</t></is></c></row>
                    <row r="3"><c r="A3" t="inlineStr"><is><t>Name</t></is></c><c r="B3" t="inlineStr"><is><t>Days</t></is></c><c r="C3" t="inlineStr"><is><t>From</t></is></c><c r="D3" t="inlineStr"><is><t>Share</t></is></c></row>
                    <row r="4"><c r="A4" t="s"><v>0</v></c><c r="B4"><v>30</v></c><c r="C4" s="1"><v>45000</v></c><c r="D4" s="2"><v>0.125</v></c></row>
                    <row r="5"><c r="A5" t="str"><f>"A"&amp;"li"</f><v>Ali</v></c><c r="C5" s="1"><v>45000.5</v></c><c r="D5"><v>0.30000000000000004</v></c></row>
                    """),
                ("Secret", SheetStateValues.Hidden, """<row r="1"><c r="A1"><v>42</v></c></row>"""),
                ("Flags", SheetStateValues.Visible, """<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#REF!</v></c></row>""")
            )
        );
        Assert.Equal(
            [
                "Heading1: مرخصی",
                "Paragraph: Leave of 1404",
                "TableRow: Name | Days | From | Share",
                "TableRow: Name: Sara | Days: 30 | From: 2023-03-15 | Share: 12.5%",
                "TableRow: Name: Ali | From: 2023-03-15 12:00 | Share: 0.3",
                "Heading1: Flags",
                "Paragraph: TRUE",
            ],
            Extract.Blocks(document)
        );
    }

    [Fact]
    public void Pptx_ReadsEachSlideAsAPageWithItsTitleFirst()
    {
        var document = Extract.From(
            FileTypes.Pptx,
            Pptx(
                (Shape("body", "Thirty days", "a year") + Shape("title", "Leave") + Shape("sldNum", "1"), true),
                (Shape("body", "nobody sees this"), false),
                (
                    Shape("title", "مرخصی")
                        + "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"9\" name=\"t\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm/><a:graphic><a:graphicData uri=\"t\"><a:tbl><a:tblPr/><a:tblGrid/>"
                        + Row("Name", "Days")
                        + Row("Sara", "30")
                        + "</a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
                    true
                )
            )
        );
        Assert.Equal(
            ["Heading1: Leave", "Paragraph: Thirty days", "Paragraph: a year", "Heading1: مرخصی", "TableRow: Name | Days", "TableRow: Name: Sara | Days: 30"],
            Extract.Blocks(document)
        );
        Assert.Equal([(1, "Leave\n\nThirty days\n\na year"), (2, ""), (3, "مرخصی\n\nName | Days\nName: Sara | Days: 30")], document.Pages.Select(page => (page.Number, document.Text[page.Start..page.End])));
        Assert.Equal(720, document.Pages[0].Width);
    }

    private static string Shape(string type, params string[] paragraphs) =>
        $"<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"s\"/><p:cNvSpPr/><p:nvPr><p:ph type=\"{type}\"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>{string.Concat(paragraphs.Select(text => $"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"))}</p:txBody></p:sp>";

    private static string Row(params string[] cells) =>
        $"<a:tr h=\"1\">{string.Concat(cells.Select(cell => $"<a:tc><a:txBody><a:bodyPr/><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:txBody></a:tc>"))}</a:tr>";

    private static byte[] Xlsx(params (string Name, SheetStateValues State, string Rows)[] sheets)
    {
        using var bytes = new MemoryStream();
        using (var package = SpreadsheetDocument.Create(bytes, SpreadsheetDocumentType.Workbook))
        {
            var book = package.AddWorkbookPart();
            book.AddNewPart<SharedStringTablePart>().SharedStringTable = new SharedStringTable($"<sst {Sheet}><si><r><t>Sa</t></r><r><t>ra</t></r></si></sst>");
            book.AddNewPart<WorkbookStylesPart>().Stylesheet = new Stylesheet(
                $"<styleSheet {Sheet}><numFmts><numFmt numFmtId=\"170\" formatCode=\"[Red]yyyy/mm/dd\\ hh:mm\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/><xf numFmtId=\"10\"/></cellXfs></styleSheet>"
            );
            var list = new Sheets();
            foreach (var (name, state, rows) in sheets)
            {
                var part = book.AddNewPart<WorksheetPart>();
                part.Worksheet = new Worksheet($"<worksheet {Sheet}><sheetData>{rows}</sheetData></worksheet>");
                list.Append(new DocumentFormat.OpenXml.Spreadsheet.Sheet { Name = name, State = state, SheetId = (uint)list.ChildElements.Count + 1, Id = book.GetIdOfPart(part) });
            }
            book.Workbook = new Workbook(list);
        }
        return bytes.ToArray();
    }

    private static byte[] Pptx(params (string Shapes, bool Shown)[] slides)
    {
        using var bytes = new MemoryStream();
        using (var package = PresentationDocument.Create(bytes, PresentationDocumentType.Presentation))
        {
            var main = package.AddPresentationPart();
            var list = new SlideIdList();
            foreach (var (shapes, shown) in slides)
            {
                var part = main.AddNewPart<SlidePart>();
                part.Slide = new DocumentFormat.OpenXml.Presentation.Slide(
                    $"<p:sld {Slide} show=\"{(shown ? 1 : 0)}\"><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shapes}</p:spTree></p:cSld></p:sld>"
                );
                list.Append(new SlideId { Id = 256u + (uint)list.ChildElements.Count, RelationshipId = main.GetIdOfPart(part) });
            }
            main.Presentation = new Presentation(list, new SlideSize { Cx = 9_144_000, Cy = 6_858_000 });
        }
        return bytes.ToArray();
    }
}
