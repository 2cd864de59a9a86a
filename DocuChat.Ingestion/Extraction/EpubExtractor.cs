using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace DocuChat.Ingestion.Extraction;

/// <summary>EPUB books (W3C EPUB 3.3, and 2): the XHTML files of the spine, in its order, read as HTML. Only files of the archive itself are opened.</summary>
internal static partial class EpubExtractor
{
    private static readonly XNamespace _container = "urn:oasis:names:tc:opendocument:xmlns:container";
    private static readonly XNamespace _package = "http://www.idpf.org/2007/opf";
    private static readonly XNamespace _encryption = "http://www.w3.org/2001/04/xmlenc#";

    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits)
    {
        try
        {
            using var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
            limits.CheckUnpacked(archive);
            if (IsProtected(archive))
                throw new ExtractionException("The book is protected against copying (DRM) and cannot be read.");
            var packagePath = Load(archive, "META-INF/container.xml")?.Descendants(_container + "rootfile").FirstOrDefault()?.Attribute("full-path")?.Value;
            var package = packagePath is null ? null : Load(archive, packagePath);
            if (package is null)
                throw Damaged();
            var assembler = new TextAssembler(limits);
            var chapters = Spine(package, packagePath!).ToList();
            limits.CheckPages(chapters.Count);
            foreach (var chapter in chapters)
            {
                if (archive.GetEntry(chapter) is not { } entry)
                    continue;
                using var page = entry.Open();
                HtmlExtractor.AddTo(assembler, OpenElements(TextDecoder.Decode(page)), limits);
            }
            return assembler.ToDocument();
        }
        catch (Exception exception) when (exception is InvalidDataException or XmlException or EndOfStreamException)
        {
            throw Damaged(exception);
        }
    }

    private static IEnumerable<string> Spine(XDocument package, string packagePath)
    {
        var files = package
            .Descendants(_package + "item")
            .Where(item => item.Attribute("media-type")?.Value is "application/xhtml+xml" or "text/html")
            .GroupBy(item => item.Attribute("id")?.Value ?? "")
            .ToDictionary(group => group.Key, group => group.First().Attribute("href")?.Value ?? "");
        foreach (var reference in package.Descendants(_package + "itemref"))
        {
            if (files.TryGetValue(reference.Attribute("idref")?.Value ?? "", out var href) && Resolve(packagePath, href) is { } path)
                yield return path;
        }
    }

    /// <summary>The entry that a reference means; null for one that leaves the archive.</summary>
    private static string? Resolve(string packagePath, string href)
    {
        // A made-up host, so that a reference to a real one shows.
        var root = new Uri("epub://book/");
        return Uri.TryCreate(new Uri(root, packagePath), href, out var target) && target.Scheme == root.Scheme && target.Host == root.Host ? Uri.UnescapeDataString(target.AbsolutePath).TrimStart('/') : null;
    }

    private static XDocument? Load(ZipArchive archive, string path)
    {
        if (archive.GetEntry(path) is not { } entry)
            return null;
        using var content = entry.Open();
        // Books have document types; what they declare is not read, and nothing they name is opened.
        using var reader = XmlReader.Create(content, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        return XDocument.Load(reader);
    }

    // Fonts are often scrambled, which protects them and not the text.
    private static bool IsProtected(ZipArchive archive) =>
        Load(archive, "META-INF/encryption.xml")?.Descendants(_encryption + "CipherReference").Any(reference => Path.GetExtension(reference.Attribute("URI")?.Value ?? "").ToLowerInvariant() is ".xhtml" or ".html" or ".htm" or ".xml") == true;

    /// <summary>In XHTML an empty element may close itself; in HTML it would stay open and swallow what follows.</summary>
    private static string OpenElements(string xhtml) => SelfClosing().Replace(xhtml, match => _void.Contains(match.Groups[1].Value) ? match.Value : $"<{match.Groups[1].Value}{match.Groups[2].Value}></{match.Groups[1].Value}>");

    private static readonly HashSet<string> _void = new(StringComparer.OrdinalIgnoreCase) { "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr" };

    [GeneratedRegex("""<([A-Za-z][A-Za-z0-9]*)((?:\s[^<>"']*(?>"[^"<]*"|'[^'<]*'|[^<>"'/]+)*)?)\s*/>""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SelfClosing();

    private static ExtractionException Damaged(Exception? exception = null) => new("The book is damaged or incomplete and cannot be read.", exception ?? new InvalidDataException());
}
