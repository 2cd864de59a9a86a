using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using DocuChat.Core.Documents;
using DocuChat.Ingestion.Extraction;
using DocuChat.Ingestion.Extraction.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Writer;

namespace DocuChat.Tests.Ingestion.Extraction;

/// <summary>Images of text through a child process, with the real program where it is installed, and without it anywhere.</summary>
public sealed class TesseractTests : IDisposable
{
    private const string English = "Every employee has thirty days of paid leave in each year of work.";
    private const string Persian = "هر کارمند رسمی سالانه سی روز مرخصی با حقوق دارد";

    private readonly string _folder = Directory.CreateTempSubdirectory("docuchat-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(FileTypes.Png, "-png")]
    [InlineData(FileTypes.Jpeg, "-jpeg")]
    [InlineData(FileTypes.Tiff, "-tiff")]
    public async Task Extract_AnImage_HasItsEnglishAndItsPersianText(string type, string format)
    {
        SkipUnlessInstalled();
        var document = await ExtractAsync(type, await DrawAsync(format));
        AssertRecognised(document.Text);
        Assert.Equal(1, Assert.Single(document.Pages).Number);
    }

    [Theory]
    [InlineData("-png")]
    [InlineData("-jpeg")]
    public async Task Extract_AScannedPage_HasItsText(string format)
    {
        SkipUnlessInstalled();
        var document = await ExtractAsync(FileTypes.Pdf, Scan(await DrawAsync(format)));
        AssertRecognised(document.Text);
        Assert.Empty(document.Notes);
    }

    [Fact]
    public async Task Extract_AScannedPage_KnowsWhereItsWordsStand()
    {
        SkipUnlessInstalled();
        var scanned = PlacesOf(await ExtractAsync(FileTypes.Pdf, Scan(await DrawAsync("-png"))));
        // The page as it was printed, which has letters with places of their own.
        var printed = PlacesOf(await ExtractAsync(FileTypes.Pdf, await File.ReadAllBytesAsync(Path.Combine(_folder, "page.pdf"), Cancellation)));

        var same = printed.Keys.Intersect(scanned.Keys).ToList();
        Assert.True(same.Count >= 0.7 * printed.Count, string.Join(' ', scanned.Keys));
        Assert.All(same, word => Assert.True(Math.Abs(printed[word].X - scanned[word].X) < 0.01 && Math.Abs(printed[word].Y - scanned[word].Y) < 0.01, $"{word}: {printed[word]}, {scanned[word]}"));
    }

    [Fact]
    public async Task Extract_AnImageThatUnpacksToGigabytes_IsTooLargeWhenUnpacked()
    {
        SkipUnlessInstalled();
        var bomb = GreyPng(20_000);
        Assert.InRange(bomb.Length, 1, 1_000_000);
        Assert.Contains("too large when unpacked", await ReasonAsync(FileTypes.Png, bomb), StringComparison.Ordinal);
        Assert.Contains("damaged", await ReasonAsync(FileTypes.Jpeg, [0xFF, 0xD8, 0xFF, 0xE0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extract_WithoutTheProgram_SaysWhatIsMissing()
    {
        const string nowhere = "/nowhere/tesseract";
        Assert.Contains("(Tesseract) is not installed here", await ReasonAsync(FileTypes.Png, GreyPng(8), nowhere), StringComparison.Ordinal);
        Assert.Contains("(Tesseract) is not installed here", await ReasonAsync(FileTypes.Pdf, Scan(GreyPng(300)), nowhere), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extract_WithAProgramThatKnowsNoPersian_SaysWhatIsMissing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for the program is a shell script.");
        var program = await StandInAsync("printf 'List of available languages (2):\\neng\\nosd\\n'");
        Assert.Contains("is not installed here", await ReasonAsync(FileTypes.Png, GreyPng(8), program), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, 90, "block")]
    [InlineData(60, 50, "columns")]
    [InlineData(80, 90, "columns")]
    public async Task Extract_WhatTheProgramDoubts_IsReadAgainAndTheMoreTrustedTextTaken(int columns, int block, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for the program is a shell script.");
        var program = await StandInAsync(
            $"""
            case "$1 $6" in --list-langs*) printf 'fas\neng\n'; exit ;; *3) word='{columns}\tcolumns' ;; *6) word='{block}\tblock' ;; esac
            printf "level\n1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t$word\n"
            """
        );
        Assert.Equal(expected, (await ExtractAsync(FileTypes.Png, GreyPng(8), program)).Text);
    }

    /// <summary>The middles of the words that stand there once, in parts of the page's width and height.</summary>
    private static Dictionary<string, (double X, double Y)> PlacesOf(ExtractedDocument document)
    {
        var page = Assert.Single(document.Pages);
        return page
            .Words.GroupBy(word => document.Text[word.CharStart..word.CharEnd])
            .Where(words => words.Count() == 1)
            .ToDictionary(words => words.Key, words => ((words.Single().X + words.Single().Width / 2) / page.Width, (words.Single().Y + words.Single().Height / 2) / page.Height));
    }

    private static void SkipUnlessInstalled()
    {
        Assert.SkipWhen(Tesseract.Find("tesseract", long.MaxValue) is null, "Tesseract with Persian and English is not installed.");
        Assert.SkipUnless(Chromium.IsInstalled, "Chromium is not installed.");
    }

    // Recognition is never sure of every letter, and differs between versions.
    private static void AssertRecognised(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var sentence in new[] { English.Split(' '), Persian.Split(' ') })
            Assert.True(sentence.Count(words.Contains) >= 0.7 * sentence.Length, text);
    }

    private async Task<string> ReasonAsync(string type, byte[] bytes, string program = "tesseract") =>
        (await Assert.ThrowsAsync<ExtractionException>(() => ExtractAsync(type, bytes, program))).Message;

    private async Task<ExtractedDocument> ExtractAsync(string type, byte[] bytes, string program = "tesseract")
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, bytes, Cancellation);
        using var pool = new ExtractionPool(Options.Create(new ExtractionOptions { Tesseract = program }), TimeProvider.System, NullLogger<ExtractionPool>.Instance);
        return await pool.ExtractAsync(type, path, Cancellation);
    }

    private async Task<string> StandInAsync(string script)
    {
        var program = Path.Combine(_folder, "tesseract");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script.ReplaceLineEndings("\n")}\n", Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }

    /// <summary>The two sentences on a page, each far from the other, as an image.</summary>
    private async Task<byte[]> DrawAsync(string format)
    {
        var pdf = Path.Combine(_folder, "page.pdf");
        var html = $"<!doctype html><meta charset=utf-8><body style='font-size:14pt'><p>{English}</p><p dir=rtl lang=fa>{Persian}</p>";
        await File.WriteAllBytesAsync(pdf, await Chromium.PrintAsync(html, Cancellation), Cancellation);
        using var process = Process.Start("pdftoppm", ["-r", "200", "-gray", format, "-singlefile", pdf, Path.Combine(_folder, "image")]);
        await process.WaitForExitAsync(Cancellation);
        return await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_folder, "image.*")), Cancellation);
    }

    private static byte[] Scan(byte[] image)
    {
        var builder = new PdfDocumentBuilder();
        var page = builder.AddPage(PageSize.A4);
        var place = new PdfRectangle(0, 0, page.PageSize.Width, page.PageSize.Height);
        if (image is [0xFF, 0xD8, ..])
            page.AddJpeg(image, place);
        else
            page.AddPng(image, place);
        return builder.Build();
    }

    /// <summary>A square of one grey.</summary>
    private static byte[] GreyPng(int side)
    {
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = 8;
        Add("IHDR", header);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[side + 1];
            for (var i = 0; i < side; i++)
                deflate.Write(row);
        }
        Add("IDAT", packed.ToArray());
        Add("IEND", []);
        return png.ToArray();

        void Add(string name, byte[] data)
        {
            var number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            png.Write(number);
            byte[] chunk = [.. Encoding.ASCII.GetBytes(name), .. data];
            png.Write(chunk);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(chunk));
            png.Write(number);
        }
    }
}
