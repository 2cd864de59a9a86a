using System.Buffers.Binary;

namespace DocuChat.Core.Documents;

/// <summary>A word's place: its range in the document's text (UTF-16 code units) and its box on the page (points, origin at the top left).</summary>
public readonly record struct WordBox(int CharStart, int CharEnd, float X, float Y, float Width, float Height);

/// <summary>Packs the word boxes of a page into bytes: 24 a word, little endian, in the order of the text.</summary>
public static class WordBoxes
{
    private const int Size = 24;

    /// <summary>Packs <paramref name="boxes"/>.</summary>
    public static byte[] Pack(IReadOnlyList<WordBox> boxes)
    {
        var packed = new byte[boxes.Count * Size];
        for (var i = 0; i < boxes.Count; i++)
        {
            var target = packed.AsSpan(i * Size, Size);
            var box = boxes[i];
            BinaryPrimitives.WriteInt32LittleEndian(target, box.CharStart);
            BinaryPrimitives.WriteInt32LittleEndian(target[4..], box.CharEnd);
            BinaryPrimitives.WriteSingleLittleEndian(target[8..], box.X);
            BinaryPrimitives.WriteSingleLittleEndian(target[12..], box.Y);
            BinaryPrimitives.WriteSingleLittleEndian(target[16..], box.Width);
            BinaryPrimitives.WriteSingleLittleEndian(target[20..], box.Height);
        }
        return packed;
    }

    /// <summary>Unpacks the boxes of the words that overlap the half-open range of the text.</summary>
    public static IEnumerable<WordBox> Within(byte[] packed, int charStart, int charEnd)
    {
        for (var offset = 0; offset + Size <= packed.Length; offset += Size)
        {
            var box = Read(packed.AsSpan(offset, Size));
            if (box.CharStart >= charEnd)
                yield break;
            if (box.CharEnd > charStart)
                yield return box;
        }
    }

    private static WordBox Read(ReadOnlySpan<byte> source) =>
        new(
            BinaryPrimitives.ReadInt32LittleEndian(source),
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadSingleLittleEndian(source[8..]),
            BinaryPrimitives.ReadSingleLittleEndian(source[12..]),
            BinaryPrimitives.ReadSingleLittleEndian(source[16..]),
            BinaryPrimitives.ReadSingleLittleEndian(source[20..])
        );
}
