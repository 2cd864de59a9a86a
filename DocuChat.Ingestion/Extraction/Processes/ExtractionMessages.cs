using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using DocuChat.Core.Documents;

namespace DocuChat.Ingestion.Extraction.Processes;

/// <summary>Asks a child to read a file.</summary>
internal sealed record ExtractionRequest(string ContentType, string Path, ExtractionLimits Limits, string Tesseract);

/// <summary>A child's answer: the document, or why there is none.</summary>
internal sealed record ExtractionReply
{
    public ExtractedDocument? Document { get; init; }

    /// <summary>Why the file cannot be read, for the person who uploaded it.</summary>
    public string? Reason { get; init; }

    /// <summary>Where the reader failed in a way that nobody foresaw, for the log; without the file's text.</summary>
    public string? Fault { get; init; }

    /// <summary>Memory ran out: the child is not used again.</summary>
    public bool IsExhausted { get; init; }
}

/// <summary>
/// Messages between the worker and its children: four bytes of length (little endian), then JSON in UTF-8. A document's text stands behind its reply, in UTF-16
/// with a length of its own: as JSON, a text with line breaks takes twelve bytes a letter while it is written.
/// </summary>
internal static class ExtractionMessages
{
    private const int PieceBytes = 64 * 1024;

    /// <exception cref="EndOfStreamException">The stream ended inside a message.</exception>
    /// <returns>The next message, or null when the stream ended before one.</returns>
    public static async Task<T?> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var prefix = new byte[sizeof(int)];
        var read = await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
            return null;
        if (read < prefix.Length)
            throw new EndOfStreamException();
        var message = new byte[BinaryPrimitives.ReadInt32LittleEndian(prefix)];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return JsonSerializer.Deserialize(message, type);
    }

    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<ExtractionReply?> ReadReplyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var reply = await ReadAsync(stream, ExtractionJson.Compact.ExtractionReply, cancellationToken);
        if (reply?.Document is not { } document)
            return reply;
        var prefix = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(prefix, cancellationToken);
        return reply with { Document = document with { Text = await ReadTextAsync(stream, BinaryPrimitives.ReadInt32LittleEndian(prefix), cancellationToken) } };
    }

    // In pieces: a pipe holds on to the buffer that it read into last, for as long as its child lives.
    private static async Task<string> ReadTextAsync(Stream stream, int bytes, CancellationToken cancellationToken)
    {
        var text = new StringBuilder(bytes / sizeof(char));
        var piece = new byte[Math.Min(bytes, PieceBytes)];
        for (var left = bytes; left > 0; left -= piece.Length)
        {
            if (left < piece.Length)
                piece = new byte[left];
            await stream.ReadExactlyAsync(piece, cancellationToken);
            text.Append(MemoryMarshal.Cast<byte, char>(piece));
        }
        return text.ToString();
    }

    /// <exception cref="IOException">The other side is gone.</exception>
    /// <exception cref="OutOfMemoryException">There is no room for it; nothing was written.</exception>
    public static void WriteReply(Stream stream, ExtractionReply reply)
    {
        Write(stream, reply with { Document = reply.Document is null ? null : reply.Document with { Text = "" } }, ExtractionJson.Compact.ExtractionReply);
        if (reply.Document is null)
            return;
        var text = MemoryMarshal.AsBytes(reply.Document.Text.AsSpan());
        var prefix = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, text.Length);
        stream.Write(prefix);
        stream.Write(text);
        stream.Flush();
    }

    /// <exception cref="IOException">The other side is gone.</exception>
    public static void Write<T>(Stream stream, T message, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var prefix = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, json.Length);
        stream.Write(prefix);
        stream.Write(json);
        stream.Flush();
    }
}

[JsonSerializable(typeof(ExtractionRequest))]
[JsonSerializable(typeof(ExtractionReply))]
internal sealed partial class ExtractionJson : JsonSerializerContext
{
    /// <summary>Persian letters as they are, not as six characters each.</summary>
    public static ExtractionJson Compact { get; } =
        new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new WordBoxesConverter() } });
}

/// <summary>Word boxes in the packed form that they are stored in: a book has a hundred thousand.</summary>
internal sealed class WordBoxesConverter : JsonConverter<IReadOnlyList<WordBox>>
{
    public override IReadOnlyList<WordBox> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        [.. WordBoxes.Within(reader.GetBytesFromBase64(), 0, int.MaxValue)];

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<WordBox> value, JsonSerializerOptions options) => writer.WriteBase64StringValue(WordBoxes.Pack(value));
}
