using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace DocuChat.Tests.AppHost;

/// <summary>Small documents, made on the spot by the libraries that other programs make them with.</summary>
internal static class WalkDocuments
{
    public static byte[] Pdf(string heading, string sentence)
    {
        var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        var page = builder.AddPage(UglyToad.PdfPig.Content.PageSize.A4);
        page.AddText(heading, 20, new PdfPoint(50, 780), font);
        var y = 740d;
        foreach (var line in sentence.Split(' ').Chunk(9))
        {
            page.AddText(string.Join(' ', line), 11, new PdfPoint(50, y), font);
            y -= 16;
        }
        return builder.Build();
    }

    public static byte[] Docx(string sentence)
    {
        using var stream = new MemoryStream();
        using (var document = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
            document.AddMainDocumentPart().Document = new Document(new Body(new Paragraph(new Run(new Text(sentence)))));
        return stream.ToArray();
    }
}
