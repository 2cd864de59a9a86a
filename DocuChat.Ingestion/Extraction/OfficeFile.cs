using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace DocuChat.Ingestion.Extraction;

/// <summary>What Word, Excel and PowerPoint files have in common: an archive of XML (ECMA-376), or a container with a password.</summary>
internal static class OfficeFile
{
    private static ReadOnlySpan<byte> CompoundFile => [0xD0, 0xCF, 0x11, 0xE0];

    /// <summary>Nothing is written back.</summary>
    public static OpenSettings Settings => new() { AutoSave = false };

    /// <summary>Checks the file from outside, then reads it.</summary>
    /// <exception cref="ExtractionException">It has a password, is damaged, or too large when unpacked.</exception>
    public static ExtractedDocument Read(Stream content, ExtractionLimits limits, Func<ExtractedDocument> read)
    {
        var mark = new byte[4];
        content.ReadExactly(mark);
        content.Position = 0;
        if (mark.AsSpan().SequenceEqual(CompoundFile))
            throw new ExtractionException("The document is protected with a password. Save it without one and upload it again.");
        try
        {
            using (var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true))
                limits.CheckUnpacked(archive);
            content.Position = 0;
            return read();
        }
        catch (Exception exception) when (exception is OpenXmlPackageException or FileFormatException or InvalidDataException or XmlException or InvalidOperationException or IOException)
        {
            throw new ExtractionException("The document is damaged or incomplete and cannot be read.", exception);
        }
    }
}
