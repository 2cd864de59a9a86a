using System.IO.Compression;
using System.Text;

namespace DocuChat.Core.Documents;

/// <summary>What a file is: its media type, or why it is not taken.</summary>
/// <param name="ContentType">Media type; null when the file is not taken.</param>
/// <param name="Refusal">For the person who uploads: why it is not taken and what would be.</param>
public readonly record struct FileType(string? ContentType, string? Refusal);

/// <summary>
/// Tells a file's type by its bytes; among text formats, which bytes cannot tell apart, the name decides. What the client says is not asked.
/// Whether the file can be read is not this class's question: an encrypted or truncated one is taken here and fails with its reason later.
/// </summary>
public static class FileTypes
{
    public const string Pdf = "application/pdf";
    public const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const string Pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    public const string Epub = "application/epub+zip";
    public const string Mail = "message/rfc822";

    /// <summary>An archive of documents: each becomes a document of its own, none is made of the archive.</summary>
    public const string Zip = "application/zip";

    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";
    public const string Tiff = "image/tiff";
    public const string Html = "text/html";
    public const string Markdown = "text/markdown";
    public const string PlainText = "text/plain";
    public const string Csv = "text/csv";

    /// <summary>What is taken, in words for a message.</summary>
    public const string Accepted = "PDF, Word (DOCX), Excel (XLSX), PowerPoint (PPTX), EPUB, HTML, Markdown, CSV, mail (EML), plain text, images of text (PNG, JPEG, TIFF), and ZIP archives of these";

    /// <summary>How much of a file's beginning is looked at, in bytes.</summary>
    private const int HeadBytes = 8 * 1024;

    /// <summary>Tells the type of <paramref name="content"/>, which can seek and is left at its beginning.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">Its name, with or without an extension.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<FileType> DetectAsync(Stream content, string name, CancellationToken cancellationToken)
    {
        content.Position = 0;
        var buffer = new byte[HeadBytes];
        var length = await content.ReadAtLeastAsync(buffer, HeadBytes, throwOnEndOfStream: false, cancellationToken);
        return Detect(buffer.AsSpan(0, length), name, content);
    }

    /// <inheritdoc cref="DetectAsync"/>
    public static FileType Detect(Stream content, string name)
    {
        content.Position = 0;
        var buffer = new byte[HeadBytes];
        var length = content.ReadAtLeast(buffer, HeadBytes, throwOnEndOfStream: false);
        return Detect(buffer.AsSpan(0, length), name, content);
    }

    private static FileType Detect(ReadOnlySpan<byte> head, string name, Stream content)
    {
        var type = DetectAt(head, Path.GetExtension(name).ToLowerInvariant(), content);
        content.Position = 0;
        return type;
    }

    private static FileType DetectAt(ReadOnlySpan<byte> head, string extension, Stream content)
    {
        // Other software puts a few bytes before the mark, and every reader accepts that.
        if (head[..Math.Min(head.Length, 1024)].IndexOf("%PDF-"u8) >= 0)
            return new(Pdf, null);
        if (head.StartsWith("PK\x03\x04"u8))
            return Archive(content, extension);
        if (head.StartsWith(CompoundFile))
            return Compound(content, extension);
        if (head.StartsWith(@"{\rtf"u8))
            return Refused("RTF is not read: save it as DOCX or PDF.");
        if (ImageType(head) is { } image)
            return new(image, null);
        return IsText(head) ? Text(head, extension) : Refused($"The type of this file is not known. These are read: {Accepted}.");
    }

    private static FileType Archive(Stream content, string extension)
    {
        try
        {
            using var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.GetEntry("word/document.xml") is not null)
                return new(Docx, null);
            if (archive.GetEntry("xl/workbook.xml") is not null)
                return new(Xlsx, null);
            if (archive.GetEntry("ppt/presentation.xml") is not null)
                return new(Pptx, null);
            if (archive.GetEntry("META-INF/container.xml") is not null && archive.GetEntry("mimetype") is { } mark && IsEpub(mark))
                return new(Epub, null);
            // Other formats are archives too. What they hold says nothing to a reader.
            if (OfExtension(extension) is null && archive.GetEntry("mimetype") is null && archive.GetEntry("[Content_Types].xml") is null)
                return new(Zip, null);
        }
        catch (InvalidDataException)
        {
            // Its directory, at the end of the file, is gone. As what its name says it will fail as truncated, with that reason.
        }
        return OfExtension(extension) is { } type ? new(type, null) : Refused($"The type of this file is not known, or it is damaged. These are read: {Accepted}.");
    }

    private static bool IsEpub(ZipArchiveEntry mark)
    {
        using var content = mark.Open();
        var text = new byte[64];
        return Encoding.ASCII.GetString(text, 0, content.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)).Trim() == Epub;
    }

    private static string? OfExtension(string extension) =>
        extension switch
        {
            ".docx" => Docx,
            ".xlsx" => Xlsx,
            ".pptx" => Pptx,
            ".epub" => Epub,
            _ => null,
        };

    // Office wraps a document that has a password in the container of its old formats.
    private static FileType Compound(Stream content, string extension)
    {
        content.Position = 0;
        if (OfExtension(extension) is { } type)
            return new(type, null);
        return Contains(content, Encoding.Unicode.GetBytes("EncryptedPackage")) ? new(Docx, null) : Refused("This is an old Office format (before 2007): save it as DOCX, XLSX, PPTX or PDF.");
    }

    private static FileType Text(ReadOnlySpan<byte> head, string extension) =>
        extension switch
        {
            ".html" or ".htm" or ".xhtml" => new(Html, null),
            ".md" or ".markdown" => new(Markdown, null),
            ".csv" or ".tsv" => new(Csv, null),
            ".eml" => new(Mail, null),
            ".txt" or ".text" => new(PlainText, null),
            _ when LooksLikeMail(head) => new(Mail, null),
            _ => LooksLikeHtml(head) ? new(Html, null) : new FileType(PlainText, null),
        };

    private static bool LooksLikeHtml(ReadOnlySpan<byte> head)
    {
        var start = Encoding.Latin1.GetString(head[..Math.Min(head.Length, 256)]).AsSpan().TrimStart("\u00EF\u00BB\u00BF \t\r\n");
        return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    // What a mail server puts first.
    private static bool LooksLikeMail(ReadOnlySpan<byte> head) => head.StartsWith("Return-Path:"u8) || head.StartsWith("Received:"u8) || head.StartsWith("Delivered-To:"u8);

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(Utf16LittleEndian) || head.StartsWith(Utf16BigEndian))
            return true;
        var control = 0;
        foreach (var value in head)
        {
            if (value == 0)
                return LooksLikeUtf16(head);
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B))
                control++;
        }
        return control * 100 <= head.Length;
    }

    // UTF-16 without a byte-order mark: Latin text has its zeros on one side only.
    private static bool LooksLikeUtf16(ReadOnlySpan<byte> head)
    {
        var zeros = (Even: 0, Odd: 0);
        for (var i = 0; i < head.Length; i++)
        {
            if (head[i] != 0)
                continue;
            if (i % 2 == 0)
                zeros.Even++;
            else
                zeros.Odd++;
        }
        return head.Length >= 4 && Math.Min(zeros.Even, zeros.Odd) == 0 && Math.Max(zeros.Even, zeros.Odd) * 4 > head.Length;
    }

    private static string? ImageType(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(PngMark))
            return Png;
        if (head.StartsWith(JpegMark))
            return Jpeg;
        return head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) ? Tiff : null;
    }

    private static FileType Refused(string reason) => new(null, reason);

    private static bool Contains(Stream content, byte[] wanted)
    {
        var buffer = new byte[64 * 1024];
        var kept = 0;
        int read;
        while ((read = content.Read(buffer, kept, buffer.Length - kept)) > 0)
        {
            var filled = buffer.AsSpan(0, kept + read);
            if (filled.IndexOf(wanted) >= 0)
                return true;
            kept = Math.Min(wanted.Length - 1, filled.Length);
            filled[^kept..].CopyTo(buffer);
        }
        return false;
    }

    private static ReadOnlySpan<byte> CompoundFile => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    private static ReadOnlySpan<byte> PngMark => [0x89, 0x50, 0x4E, 0x47];
    private static ReadOnlySpan<byte> JpegMark => [0xFF, 0xD8, 0xFF];
    private static ReadOnlySpan<byte> Utf16LittleEndian => [0xFF, 0xFE];
    private static ReadOnlySpan<byte> Utf16BigEndian => [0xFE, 0xFF];
}
