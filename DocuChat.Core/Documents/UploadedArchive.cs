using System.IO.Compression;

namespace DocuChat.Core.Documents;

/// <summary>
/// A ZIP archive of documents that was uploaded. Its members are read one after the other and never written under the names that they bring, so a name
/// with <c>..</c> in it leads nowhere. What is too much is refused by member, in words.
/// </summary>
internal sealed class UploadedArchive : IDisposable
{
    /// <summary>Most documents of one archive.</summary>
    public const int MaximumMembers = 200;

    /// <summary>Most bytes of one archive when unpacked, all members together.</summary>
    public const long MaximumBytes = 5 * DocumentFilePart.MaximumFileBytes;

    private readonly ZipArchive _archive;

    private UploadedArchive(ZipArchive archive) => _archive = archive;

    /// <summary>Its documents; folders and what systems add beside files are left out. An archive without any has one refused member.</summary>
    public IEnumerable<Member> Members
    {
        get
        {
            var files = _archive.Entries.Where(entry => entry.Name.Length > 0 && !IsAddition(entry.FullName)).ToList();
            if (files.Count == 0)
                yield return new Member("archive", null, new(IntakeRefusal.Empty, "The archive has no files."));
            var bytes = 0L;
            for (var i = 0; i < files.Count; i++)
            {
                bytes += files[i].Length;
                yield return new Member(files[i].FullName, files[i], RefusalOf(files[i], i, bytes));
            }
        }
    }

    public static async Task<bool> IsArchiveAsync(SpooledUpload upload, string name, CancellationToken cancellationToken) =>
        upload.Bytes is > 0 and <= DocumentFilePart.MaximumFileBytes && (await FileTypes.DetectAsync(upload.Content, name, cancellationToken)).ContentType == FileTypes.Zip;

    public static UploadedArchive Open(SpooledUpload upload) => new(new ZipArchive(upload.Content, ZipArchiveMode.Read, leaveOpen: true));

    public void Dispose() => _archive.Dispose();

    private static IntakeResult.Refused? RefusalOf(ZipArchiveEntry entry, int index, long bytes)
    {
        if (index >= MaximumMembers)
            return new(IntakeRefusal.TooLarge, $"The archive has more than {MaximumMembers} files. Upload the others in an archive of their own.");
        if (bytes > MaximumBytes)
            return new(IntakeRefusal.TooLarge, $"The archive is too large when unpacked: more than {MaximumBytes / 1024 / 1024} MB. Upload the others in an archive of their own.");
        return entry.IsEncrypted ? new(IntakeRefusal.UnknownType, "The file is protected with a password. Pack it without one.") : null;
    }

    private static bool IsAddition(string path) => path.StartsWith("__MACOSX/", StringComparison.Ordinal) || path[(path.LastIndexOf('/') + 1)..] is ['.', ..] or "Thumbs.db" or "desktop.ini";

    /// <summary>A file of the archive, or why it is not taken.</summary>
    internal sealed record Member(string Name, ZipArchiveEntry? Entry, IntakeResult.Refused? Refusal)
    {
        /// <summary>Its content, which ends at the size that the archive's directory says.</summary>
        public Task<Stream> OpenAsync(CancellationToken cancellationToken) => Entry!.OpenAsync(cancellationToken);
    }
}
