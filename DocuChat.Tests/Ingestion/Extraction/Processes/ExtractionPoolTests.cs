using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;
using DocuChat.Ingestion.Extraction.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DocuChat.Tests.Ingestion.Extraction.Processes;

/// <summary>Children that read files, and files that are made to bring a reader down.</summary>
public sealed class ExtractionPoolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("docuchat-").FullName;
    private readonly List<ExtractionPool> _pools = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var pool in _pools)
            pool.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Extract_ManyFiles_AreReadByOneChildAsTheyAreInThisProcess()
    {
        var pool = Pool();
        const string html = "<h1>راهنما</h1><p>نیم‌فاصله \"می‌ماند\" 😀</p><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>";
        var first = await ExtractAsync(pool, FileTypes.Html, html);
        var child = Assert.Single(pool.Idle);
        Assert.Equivalent(Extract.From(FileTypes.Html, html), first, strict: true);
        var pdf = Pdf("BT /F1 12 Tf 72 720 Td (Hello there) Tj ET");
        Assert.Equivalent(Extract.From(FileTypes.Pdf, pdf), await ExtractAsync(pool, FileTypes.Pdf, pdf), strict: true);
        Assert.Equal([child], pool.Idle);
    }

    [Fact]
    public async Task Extract_AFileThatCannotBeRead_FailsWithTheReadersReasonAndTheChildLivesOn()
    {
        var pool = Pool();
        await ExtractAsync(pool, FileTypes.PlainText, "warm");
        var child = Assert.Single(pool.Idle);
        Assert.Contains("damaged", await ReasonAsync(pool, FileTypes.Pdf, Encoding.ASCII.GetBytes("%PDF-1.7 and no more")), StringComparison.Ordinal);
        Assert.Contains("damaged", await ReasonAsync(pool, FileTypes.Docx, Encoding.ASCII.GetBytes("PK\u0003\u0004 and no more")), StringComparison.Ordinal);
        Assert.Equal([child], pool.Idle);
    }

    [Fact]
    public async Task Extract_APdfThatUnpacksToGigabytes_IsTooLargeWhenUnpacked()
    {
        // A page's content of 400 MiB of blanks, deflated twice: some kilobytes.
        var bomb = Pdf(Deflate(Deflate(new string(' ', 1 << 20), 400)), "/Filter [/FlateDecode /FlateDecode]");
        Assert.InRange(bomb.Length, 1, 100_000);
        var pool = Pool(options => options.MemoryMegabytes = 256);
        Assert.Contains("too large when unpacked", await ReasonAsync(pool, FileTypes.Pdf, bomb), StringComparison.Ordinal);
        Assert.Equal("still here", (await ExtractAsync(pool, FileTypes.PlainText, "still here")).Text);
    }

    [Fact]
    public async Task Extract_AnArchiveThatUnpacksToMoreThanAllowed_IsTooLargeWhenUnpacked()
    {
        var bytes = ZipFiles.Of(("word/document.xml", new string(' ', 3 << 20)));
        var pool = Pool(options => options.UnpackedMegabytes = 2);
        Assert.Contains("too large when unpacked", await ReasonAsync(pool, FileTypes.Docx, bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FileTypes.Html, "<div>", 5_000)]
    [InlineData(FileTypes.Markdown, "> ", 5_000)]
    public async Task Extract_AFileNestedTooDeeply_SaysSoAndTheNextIsRead(string type, string opening, int times)
    {
        var nested = string.Concat(Enumerable.Repeat(opening, times));
        var pool = Pool();
        Assert.Contains("nested too deeply", await ReasonAsync(pool, type, Encoding.UTF8.GetBytes($"{nested}deep down")), StringComparison.Ordinal);
        Assert.Equal("still here", (await ExtractAsync(pool, FileTypes.PlainText, "still here")).Text);
    }

    [Fact]
    public async Task Extract_AFileThatTakesTooLong_IsEndedAndSaysSo()
    {
        var pool = Pool(options => options.Seconds = 0.3);
        var pages = Pdf(string.Concat(Enumerable.Range(0, 200_000).Select(i => $"BT /F1 9 Tf {i % 500} {i / 500 % 700} Td (word{i}) Tj ET\n")));
        Assert.Contains("longer than 0.3 s", await ReasonAsync(pool, FileTypes.Pdf, pages), StringComparison.Ordinal);
        Assert.Empty(pool.Idle);
    }

    [Fact]
    public async Task Extract_TextBeyondTheLimit_IsRefusedAndNotCut()
    {
        var pool = Pool(options => options.Characters = 1000);
        Assert.Contains("more than 1,000 characters", await ReasonAsync(pool, FileTypes.PlainText, Encoding.UTF8.GetBytes(new string('a', 1001))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extract_WhenTheIdleChildWasKilled_StartsAnother()
    {
        var pool = Pool();
        await ExtractAsync(pool, FileTypes.PlainText, "one");
        using (var child = Process.GetProcessById(Assert.Single(pool.Idle)))
        {
            child.Kill();
            await child.WaitForExitAsync(Cancellation);
        }
        Assert.Equal("two", (await ExtractAsync(pool, FileTypes.PlainText, "two")).Text);
    }

    [Fact]
    public async Task Extract_WhenItsChildIsKilledFromOutside_IsNotTheFilesFault()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Who has a file open is read from /proc.");
        var pool = Pool();
        await ExtractAsync(pool, FileTypes.PlainText, "warm");
        var child = Assert.Single(pool.Idle);
        var path = Save(Encoding.ASCII.GetBytes($"<table>{string.Concat(Enumerable.Repeat("<tr><td>a</td><td>b</td></tr>", 150_000))}</table>"));
        var reading = pool.ExtractAsync(FileTypes.Html, path, Cancellation);
        while (!Directory.EnumerateFiles($"/proc/{child}/fd").Any(file => File.ResolveLinkTarget(file, false)?.FullName == path))
            Assert.False(reading.IsCompleted);
        Process.GetProcessById(child).Kill();
        await Assert.ThrowsAsync<ExtractionProcessException>(() => reading);
        Assert.Equal("still here", (await ExtractAsync(pool, FileTypes.PlainText, "still here")).Text);
    }

    [Theory]
    [InlineData(FileTypes.PlainText, 18)]
    [InlineData(FileTypes.Csv, 12)]
    public async Task Extract_LargeFiles_AreReadOrRefusedWithinTheChildsMemory(string type, int readable)
    {
        var pool = Pool();
        var exception = await Assert.ThrowsAsync<ExtractionException>(() => pool.ExtractAsync(type, Lines(DocumentFilePart.MaximumFileBytes), Cancellation));
        Assert.Contains("more than 20,000,000 characters", exception.Message, StringComparison.Ordinal);
        Assert.InRange((await pool.ExtractAsync(type, Lines(readable * 1024 * 1024), Cancellation)).Text.Length, readable * 1024 * 1000, new ExtractionLimits().Characters);

        string Lines(long bytes)
        {
            var line = Encoding.ASCII.GetBytes("first,second,third,a rather long cell of words that goes on\n");
            var path = Path.Combine(_folder, $"{bytes}");
            using var file = File.Create(path);
            while (file.Length + line.Length <= bytes)
                file.Write(line);
            return path;
        }
    }

    [Fact]
    public async Task Extract_Cancelled_EndsItsChild()
    {
        var pool = Pool();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.ExtractAsync(FileTypes.PlainText, Save("text"u8.ToArray()), cancelled.Token));
        Assert.Empty(pool.Idle);
    }

    [Fact]
    public async Task Child_KnowsNoneOfTheWorkersSettings()
    {
        Environment.SetEnvironmentVariable("DOCUCHAT_TEST_SECRET", "do not tell");
        var pool = Pool();
        await ExtractAsync(pool, FileTypes.PlainText, "text");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Another process's environment is read from /proc.");
        var environment = await File.ReadAllTextAsync($"/proc/{Assert.Single(pool.Idle)}/environ", Cancellation);
        Assert.Contains("DOTNET_GCHeapHardLimit", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("DOCUCHAT_TEST_SECRET", environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Child_EndsWithItsStandardInput()
    {
        // As when the worker is killed: the system closes its end of the pipe.
        var start = new ProcessStartInfo("dotnet", [typeof(ExtractionPool).Assembly.Location, "extract"]) { RedirectStandardInput = true };
        using var child = Process.Start(start)!;
        child.StandardInput.Close();
        await child.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public async Task Extract_AnImageWithoutTheProgram_FailsAndSaysSo() =>
        Assert.Contains("Tesseract", await ReasonAsync(Pool(options => options.Tesseract = "/nowhere/tesseract"), FileTypes.Png, [0x89, 0x50, 0x4E, 0x47]), StringComparison.Ordinal);

    [Fact]
    public async Task Extract_AnImage_HasWhatTheProgramRecognises()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for the program is a shell script.");
        var program = Path.Combine(_folder, "tesseract");
        await File.WriteAllTextAsync(
            program,
            """
            #!/bin/sh
            [ "$1" = --list-langs ] && { printf 'Languages (3):\neng\nfas\nosd\n'; exit; }
            [ "$1 $2 $3 $4 $7" = 'stdin stdout -l fas+eng tsv' ] || exit 1
            printf 'level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext\n1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n'
            word() { printf "5\t1\t1\t$1\t$2\t$3\t0\t0\t9\t9\t90\t$4\n"; }
            word 1 1 1 متن
            word 1 1 2 تصویر
            word 1 2 1 second
            word 2 1 1 "$(wc -c | tr -d ' ')"
            """.ReplaceLineEndings("\n"),
            Cancellation
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var document = await ExtractAsync(Pool(options => options.Tesseract = program), FileTypes.Png, [0x89, 0x50, 0x4E, 0x47]);
        Assert.Equal("متن تصویر\nsecond\n\n4", document.Text);
        Assert.Equal(1, Assert.Single(document.Pages).Number);
    }

    /// <summary>Every file of the collection, through one pool with the limits that ship: text or a true reason, and the worker lives on.</summary>
    [Fact]
    public async Task Extract_EveryNastyFile_EndsWithTextOrATrueReason()
    {
        var folder = SharedData.Folder("docs");
        Assert.SkipWhen(folder is null, "The collection of files is not on this machine.");
        var pool = Pool();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) != ".tsv").Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(file);
            var type = await FileTypes.DetectAsync(content, Path.GetFileName(file), Cancellation);
            Assert.True(type.ContentType is not null, $"{file}: {type.Refusal}");
            try
            {
                var document = await pool.ExtractAsync(type.ContentType, file, Cancellation);
                TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(file)}: {document.Text.Length} characters, {document.Pages.Count} pages");
                Assert.Contains(document.Text, char.IsLetterOrDigit);
            }
            catch (ExtractionException exception)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(file)}: {exception.Message}");
                Assert.Matches("password|damaged or incomplete|no text", exception.Message);
            }
        }
        Assert.Equal("still here", (await ExtractAsync(pool, FileTypes.PlainText, "still here")).Text);
    }

    private ExtractionPool Pool(Action<ExtractionOptions>? change = null)
    {
        var options = new ExtractionOptions();
        change?.Invoke(options);
        var pool = new ExtractionPool(Options.Create(options), TimeProvider.System, NullLogger<ExtractionPool>.Instance);
        _pools.Add(pool);
        return pool;
    }

    private Task<ExtractedDocument> ExtractAsync(ExtractionPool pool, string type, string text) => ExtractAsync(pool, type, Encoding.UTF8.GetBytes(text));

    private Task<ExtractedDocument> ExtractAsync(ExtractionPool pool, string type, byte[] bytes) => pool.ExtractAsync(type, Save(bytes), Cancellation);

    private async Task<string> ReasonAsync(ExtractionPool pool, string type, byte[] bytes) =>
        (await Assert.ThrowsAsync<ExtractionException>(() => ExtractAsync(pool, type, bytes))).Message;

    private string Save(byte[] bytes)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Deflate(string block, int times)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            var bytes = Encoding.ASCII.GetBytes(block);
            for (var i = 0; i < times; i++)
                deflate.Write(bytes);
        }
        return packed.ToArray();
    }

    private static byte[] Deflate(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize))
            deflate.Write(content);
        return packed.ToArray();
    }

    private static byte[] Pdf(string content) => Pdf(Encoding.ASCII.GetBytes(content), "");

    /// <summary>A PDF of one page, with further entries for the dictionary of its content.</summary>
    private static byte[] Pdf(byte[] content, string entries)
    {
        using var pdf = new MemoryStream();
        var offsets = new List<long>();
        Write("%PDF-1.4\n");
        Add("<< /Type /Catalog /Pages 2 0 R >>");
        Add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        Add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>");
        offsets.Add(pdf.Position);
        Write($"4 0 obj\n<< /Length {content.Length} {entries} >>\nstream\n");
        pdf.Write(content);
        Write("\nendstream\nendobj\n");
        Add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        var table = pdf.Position;
        Write($"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n{string.Concat(offsets.Select(offset => $"{offset:D10} 00000 n \n"))}");
        Write($"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF");
        return pdf.ToArray();

        void Add(string body)
        {
            offsets.Add(pdf.Position);
            Write($"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }

        void Write(string text) => pdf.Write(Encoding.Latin1.GetBytes(text));
    }
}
