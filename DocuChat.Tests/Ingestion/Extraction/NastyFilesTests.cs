using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;

namespace DocuChat.Tests.Ingestion.Extraction;

/// <summary>Real files that other readers stumbled over. They are not part of the repository: see <see cref="SharedData"/>.</summary>
public sealed class NastyFilesTests
{
    [Theory]
    [InlineData("pdf/tracemonkey.pdf", "Trace-based Just-in-Time Type Specialization")]
    [InlineData("pdf/copy_paste_ligatures.pdf", "ff")]
    [InlineData("pdf/habibi.pdf", "حَبيبي")]
    [InlineData("pdf/testPDF_protected.pdf", "the")]
    [InlineData("pdf/23056.PMC2132516.pdf", "the")]
    [InlineData("pdf/mistitled_outlines_example.pdf", "the")]
    [InlineData("docx/tables.docx", "Top left: Bottom left")]
    [InlineData("docx/footnotes.docx", "A tachyon walks into a bar.")]
    [InlineData("docx/text-box.docx", "Datum plane")]
    [InlineData("docx/testWORD_numbered_list.docx", "I’m a little text box")]
    public async Task Extract_AFileThatCanBeRead_HasItsText(string file, string expected)
    {
        await using var content = Open(file, out var name);
        var type = await FileTypes.DetectAsync(content, name, TestContext.Current.CancellationToken);
        Assert.Contains(expected, Extractor.Extract(type.ContentType!, content, new ExtractionLimits()).Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("pdf/EmptyPdf.pdf", "no text")]
    [InlineData("pdf/testOCR.pdf", "no text")]
    [InlineData("pdf/libreoffice-writer-password.pdf", "password")]
    [InlineData("docx/testWORD_protected_passtika.docx", "password")]
    [InlineData("docx/empty.docx", "no text")]
    public async Task Extract_AFileThatCannotBeRead_SaysWhy(string file, string reason)
    {
        await using var content = Open(file, out var name);
        var type = await FileTypes.DetectAsync(content, name, TestContext.Current.CancellationToken);
        var exception = Assert.Throws<ExtractionException>(() => Extractor.Extract(type.ContentType!, content, new ExtractionLimits()));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private static FileStream Open(string file, out string name)
    {
        var folder = SharedData.Folder("docs");
        Assert.SkipWhen(folder is null, "The collection of files is not on this machine.");
        name = Path.GetFileName(file);
        return File.OpenRead(Path.Combine(folder, file));
    }
}
