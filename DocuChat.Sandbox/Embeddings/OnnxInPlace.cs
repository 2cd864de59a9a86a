using System.Globalization;
using System.Text;

namespace DocuChat.Sandbox.Embeddings;

/// <summary>
/// Rewrites an ONNX model so that its large tensors are no longer inside it but are named by file, offset and length ("external data"):
/// the very place where they already lie. ONNX Runtime maps them from there, so the page cache holds the weights once; a model that is
/// given as bytes is held three times over.
/// </summary>
/// <remarks>
/// The wire form is protobuf: each field is a varint <c>number &lt;&lt; 3 | type</c>, then a varint (type 0), 8 bytes (1), a length and as many
/// bytes (2), or 4 bytes (5).
/// </remarks>
internal sealed class OnnxInPlace
{
    private const int GraphOfModel = 7;
    private const int InitializerOfGraph = 5;
    private const int RawDataOfTensor = 9;
    private const int ExternalDataOfTensor = 13;
    private const int DataLocationOfTensor = 14;
    private const int External = 1;
    private const int Bytes = 2;

    // Biases and norms stay inside: they are used as they are, and only what ONNX Runtime copies is surely aligned. The large ones are
    // either gathered row by row or repacked when the session starts.
    private const long SmallTensor = 64 * 1024;

    private readonly Stream _file;
    private readonly string _location;

    private OnnxInPlace(Stream file, string location)
    {
        _file = file;
        _location = location;
    }

    private readonly record struct Field(int Number, long Start, long Value, long End);

    /// <summary>The small model that is left when the large tensors are named by their place.</summary>
    /// <param name="file">The file that holds the model.</param>
    /// <param name="offset">Where the model begins in it, in bytes.</param>
    /// <param name="length">The model's length in bytes.</param>
    /// <param name="location">The file's name as the model is to say it, relative to the folder that ONNX Runtime is told.</param>
    public static byte[] Rewrite(Stream file, long offset, long length, string location)
    {
        var walk = new OnnxInPlace(file, location);
        return walk.Message(offset, offset + length, model => model.Number == GraphOfModel ? walk.Graph(model) : null);
    }

    private byte[] Graph(Field graph) => Message(graph.Value, graph.End, field => field.Number == InitializerOfGraph ? Tensor(field) : null);

    private byte[]? Tensor(Field tensor)
    {
        var data = Fields(tensor.Value, tensor.End).FirstOrDefault(field => field.Number == RawDataOfTensor);
        if (data.End - data.Value < SmallTensor)
            return null;

        var output = new MemoryStream();
        foreach (var field in Fields(tensor.Value, tensor.End).Where(field => field.Number != RawDataOfTensor))
            Copy(field.Start, field.End, output);
        WriteEntry(output, "location", _location);
        WriteEntry(output, "offset", data.Value.ToString(CultureInfo.InvariantCulture));
        WriteEntry(output, "length", (data.End - data.Value).ToString(CultureInfo.InvariantCulture));
        WriteVarint(output, DataLocationOfTensor << 3);
        WriteVarint(output, External);
        return output.ToArray();
    }

    // A copy of a message in which the fields that `replace` answers have its bytes instead.
    private byte[] Message(long start, long end, Func<Field, byte[]?> replace)
    {
        var output = new MemoryStream();
        foreach (var field in Fields(start, end))
        {
            if (replace(field) is { } bytes)
                WriteBytes(output, field.Number, bytes);
            else
                Copy(field.Start, field.End, output);
        }
        return output.ToArray();
    }

    private IEnumerable<Field> Fields(long position, long end)
    {
        while (position < end)
        {
            _file.Position = position;
            var key = ReadVarint();
            var value = _file.Position;
            var next = (key & 7) switch
            {
                0 => ReadVarint() is var _ ? _file.Position : 0,
                1 => value + 8,
                Bytes => ReadVarint() is var length ? (value = _file.Position) + length : 0,
                5 => value + 4,
                var type => throw new InvalidDataException($"The model has a field of wire type {type} at {position}."),
            };
            yield return new Field((int)(key >> 3), position, value, next);
            position = next;
        }
    }

    private void Copy(long start, long end, MemoryStream output)
    {
        var bytes = new byte[end - start];
        _file.Position = start;
        _file.ReadExactly(bytes);
        output.Write(bytes);
    }

    private long ReadVarint()
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = _file.ReadByte();
            if (part < 0)
                throw new EndOfStreamException("The model ends within a number.");
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }

    private static void WriteEntry(MemoryStream output, string key, string value)
    {
        var entry = new MemoryStream();
        WriteBytes(entry, 1, Encoding.UTF8.GetBytes(key));
        WriteBytes(entry, 2, Encoding.UTF8.GetBytes(value));
        WriteBytes(output, ExternalDataOfTensor, entry.ToArray());
    }

    private static void WriteBytes(MemoryStream output, int number, byte[] bytes)
    {
        WriteVarint(output, number << 3 | Bytes);
        WriteVarint(output, bytes.Length);
        output.Write(bytes);
    }

    private static void WriteVarint(MemoryStream output, long value)
    {
        for (; value >= 0x80; value >>= 7)
            output.WriteByte((byte)(value & 0x7f | 0x80));
        output.WriteByte((byte)value);
    }
}
