using System.Buffers;
using System.Security.Cryptography;

namespace DocuChat.Core.Documents;

/// <summary>
/// An upload that has arrived whole: its bytes can be read again, its size and hash are known. What a slow client sends is put into a
/// temporary file first, so that no transaction is ever open while one is waited for, and no upload is ever held in memory.
/// </summary>
internal sealed class SpooledUpload : IAsyncDisposable
{
    private readonly Stream? _own;

    private SpooledUpload(Stream content, Stream? own, long bytes, byte[] sha256)
    {
        Content = content;
        _own = own;
        Bytes = bytes;
        Sha256 = sha256;
    }

    public Stream Content { get; }

    /// <summary>Size; beyond the largest that is taken, only that it is beyond.</summary>
    public long Bytes { get; }

    public byte[] Sha256 { get; }

    public static async Task<SpooledUpload> ReadAsync(Stream upload, CancellationToken cancellationToken)
    {
        var own = upload.CanSeek ? null : TemporaryFile();
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var bytes = 0L;
            int read;
            while (bytes <= DocumentFilePart.MaximumFileBytes && (read = await upload.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                bytes += read;
                if (own is not null)
                    await own.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            var content = own ?? upload;
            content.Position = 0;
            return new SpooledUpload(content, own, bytes, hash.GetHashAndReset());
        }
        catch
        {
            if (own is not null)
                await own.DisposeAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static FileStream TemporaryFile() =>
        new(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
}
