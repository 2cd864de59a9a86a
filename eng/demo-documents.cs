// Writes the demo tenant's documents to a folder:
//   dotnet run eng/demo-documents.cs -- FOLDER
// Sources are the files of eng/demo. "X.docx.md" becomes a Word document and "X.pdf.md" a PDF; the rest is copied. The same sources give the same
// bytes each time, so seeding twice uploads nothing twice.
#:property PublishAot=false
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security;
using System.Text;

if (args is not [var folder])
{
    Console.Error.WriteLine("Usage: dotnet run eng/demo-documents.cs -- FOLDER");
    return 2;
}

Directory.CreateDirectory(folder);
foreach (var source in Directory.EnumerateFiles(Path.Combine(Here(), "demo")).Order(StringComparer.Ordinal))
{
    var name = Path.GetFileName(source);
    var isMade = name.EndsWith(".docx.md", StringComparison.Ordinal) || name.EndsWith(".pdf.md", StringComparison.Ordinal);
    var target = Path.Combine(folder, isMade ? name[..^3] : name);
    if (name.EndsWith(".docx.md", StringComparison.Ordinal))
        File.WriteAllBytes(target, Word.Write(Part.Read(source)));
    else if (isMade)
        File.WriteAllBytes(target, Pdf.Write(Part.Read(source)));
    else
        File.Copy(source, target, overwrite: true);
    Console.WriteLine(target);
}
return 0;

static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

/// <summary>A heading, a paragraph or a row of a table. Of Markdown the sources use no more.</summary>
internal sealed record Part(int Level, string Text, string[]? Cells)
{
    public static List<Part> Read(string file) =>
        [.. File.ReadLines(file).Where(line => line.Length > 0 && !line.StartsWith("| ---", StringComparison.Ordinal)).Select(Of)];

    private static Part Of(string line)
    {
        if (line.StartsWith('|'))
            return new(0, "", [.. line.Trim('|', ' ').Split('|').Select(cell => cell.Trim())]);
        var level = line.TakeWhile(character => character == '#').Count();
        return new(level, line[level..].Trim(), null);
    }
}

/// <summary>A Word document of the least that Word needs.</summary>
internal static class Word
{
    private const string Namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    public static byte[] Write(List<Part> parts)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "[Content_Types].xml", """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                <Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
                <Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>
                """);
            Add(archive, "_rels/.rels", Relationship("officeDocument", "word/document.xml"));
            Add(archive, "word/_rels/document.xml.rels", Relationship("styles", "styles.xml"));
            Add(archive, "word/styles.xml", $"<w:styles xmlns:w=\"{Namespace}\">{Heading(1)}{Heading(2)}{Heading(3)}</w:styles>");
            Add(archive, "word/document.xml", $"<w:document xmlns:w=\"{Namespace}\"><w:body>{Body(parts)}</w:body></w:document>");
        }
        return bytes.ToArray();
    }

    private static string Body(List<Part> parts)
    {
        var body = new StringBuilder();
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (part.Cells is null)
            {
                body.Append(Paragraph(part.Text, part.Level));
                continue;
            }
            var starts = i == 0 || parts[i - 1].Cells is null;
            var ends = i + 1 == parts.Count || parts[i + 1].Cells is null;
            body.Append(starts ? "<w:tbl><w:tblPr/><w:tblGrid/>" : "");
            body.Append(CultureInfo.InvariantCulture, $"<w:tr>{string.Concat(part.Cells.Select(cell => $"<w:tc>{Paragraph(cell, 0)}</w:tc>"))}</w:tr>");
            body.Append(ends ? "</w:tbl>" : "");
        }
        return body.ToString();
    }

    private static string Paragraph(string text, int level)
    {
        var isPersian = text.Any(character => character is >= '\u0600' and <= '\u06FF');
        var style = level > 0 ? $"<w:pStyle w:val=\"Heading{level}\"/>" : "";
        return $"<w:p><w:pPr>{style}{(isPersian ? "<w:bidi/>" : "")}</w:pPr><w:r>{(isPersian ? "<w:rPr><w:rtl/></w:rPr>" : "")}<w:t xml:space=\"preserve\">{SecurityElement.Escape(text)}</w:t></w:r></w:p>";
    }

    private static string Heading(int level) =>
        $"<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"heading {level}\"/><w:pPr><w:outlineLvl w:val=\"{level - 1}\"/></w:pPr><w:rPr><w:b/><w:sz w:val=\"{36 - (4 * level)}\"/></w:rPr></w:style>";

    private static string Relationship(string type, string target) =>
        $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{type}\" Target=\"{target}\"/></Relationships>";

    private static void Add(ZipArchive archive, string name, string content)
    {
        var entry = archive.CreateEntry(name);
        entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var writer = new StreamWriter(entry.Open(), new UTF8Encoding(false));
        writer.Write(content);
    }
}

/// <summary>A PDF in Helvetica, which every reader brings: Latin text only.</summary>
internal static class Pdf
{
    private const int LinesHeight = 700;

    public static byte[] Write(List<Part> parts)
    {
        var pages = Pages(parts);
        var objects = new List<string>
        {
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Count {pages.Count} /Kids [{string.Join(' ', pages.Select((_, index) => $"{5 + (2 * index)} 0 R"))}] >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        };
        foreach (var page in pages)
        {
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {objects.Count + 2} 0 R >>");
            objects.Add($"<< /Length {page.Length} >>\nstream\n{page}\nendstream");
        }

        var file = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        foreach (var content in objects)
        {
            offsets.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n{content}\nendobj\n");
        }
        var table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            file.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        file.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    private static List<string> Pages(List<Part> parts)
    {
        var pages = new List<string>();
        var page = new StringBuilder();
        var y = 770;
        foreach (var part in parts)
        {
            var (font, size) = part.Level switch
            {
                0 => ("F1", 11),
                1 => ("F2", 22),
                _ => ("F2", 15),
            };
            var lines = Wrap(part.Text, 88).ToList();
            y -= size;
            if (y - (lines.Count * size * 1.3) < 842 - 70 - LinesHeight)
            {
                pages.Add(page.ToString());
                page.Clear();
                y = 770 - size;
            }
            foreach (var line in lines)
            {
                page.Append(CultureInfo.InvariantCulture, $"BT /{font} {size} Tf 60 {y} Td ({line.Replace(@"\", @"\\").Replace("(", @"\(").Replace(")", @"\)")}) Tj ET\n");
                y -= (int)(size * 1.3);
            }
        }
        pages.Add(page.ToString());
        return pages;
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length + word.Length + 1 > width)
            {
                yield return line;
                line = word;
            }
            else
                line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
