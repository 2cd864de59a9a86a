using System.IO.Compression;

namespace DocuChat.Ingestion.Extraction;

/// <summary>
/// How much a file may ask of its reader. What goes beyond is refused in words, never cut: half a document would give wrong answers. Memory and
/// time are watched from outside the process (see <see cref="Processes.ExtractionPool"/>).
/// </summary>
internal sealed record ExtractionLimits
{
    /// <summary>Pages, slides or sheets.</summary>
    public int Pages { get; init; } = 5_000;

    /// <summary>UTF-16 code units of extracted text.</summary>
    public int Characters { get; init; } = 20_000_000;

    /// <summary>Elements inside each other.</summary>
    public int Nesting { get; init; } = 256;

    /// <summary>Bytes of all that is packed in the file.</summary>
    public long UnpackedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Files of an archive or a mail that are read.</summary>
    public int Members { get; init; } = 200;

    /// <summary>Memory of the program that recognises text in images.</summary>
    public long RecognitionBytes { get; init; } = 512L * 1024 * 1024;

    /// <exception cref="ExtractionException">There are too many.</exception>
    public void CheckPages(int pages)
    {
        if (pages > Pages)
            throw new ExtractionException(FormattableString.Invariant($"The document has {pages:N0} pages; at most {Pages:N0} are read. Upload it in parts."));
    }

    /// <exception cref="ExtractionException">There are too many.</exception>
    public void CheckCharacters(int characters)
    {
        if (characters > Characters)
            throw TooManyCharacters(Characters);
    }

    /// <exception cref="ExtractionException">It is too deep.</exception>
    public void CheckNesting(int depth)
    {
        if (depth > Nesting)
            throw NestedTooDeeply();
    }

    /// <summary>Checks what the archive's directory says. An entry's stream ends at that size, so an archive that lies is cut off, not unpacked.</summary>
    /// <exception cref="ExtractionException">It is too large when unpacked.</exception>
    public void CheckUnpacked(ZipArchive archive)
    {
        var bytes = 0L;
        foreach (var entry in archive.Entries)
        {
            bytes += entry.Length;
            if (entry.Length < 0 || bytes > UnpackedBytes)
                throw new ExtractionException($"The document is too large when unpacked: more than {UnpackedBytes / 1024 / 1024} MB.");
        }
    }

    public static ExtractionException TooManyCharacters(int most) => new(FormattableString.Invariant($"The document has more than {most:N0} characters of text. Upload it in parts."));

    public static ExtractionException NestedTooDeeply() => new("The document is nested too deeply: its parts stand inside each other more often than any reader needs.");
}
