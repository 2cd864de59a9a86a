using System.Text;

namespace DocuChat.Ingestion.Extraction;

/// <summary>
/// Decodes text whose encoding nobody states: by its byte-order mark, as UTF-8 when it is valid UTF-8, as UTF-16 by where its zeros are, else
/// Windows-1256 or 1252, whichever gives more likely letters.
/// </summary>
internal static class TextDecoder
{
    static TextDecoder() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static string Decode(Stream content)
    {
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return Decode(copy.GetBuffer().AsSpan(0, (int)copy.Length));
    }

    /// <summary>Decodes a file that is nothing but its text, so that what is too much of it is known before there is a string.</summary>
    /// <exception cref="ExtractionException">There is too much.</exception>
    public static string Decode(Stream content, ExtractionLimits limits)
    {
        var bytes = new byte[content.Length - content.Position];
        content.ReadExactly(bytes);
        return Decode(bytes, limits.Characters);
    }

    public static string Decode(ReadOnlySpan<byte> bytes) => Decode(bytes, int.MaxValue);

    private static string Decode(ReadOnlySpan<byte> bytes, int most)
    {
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
            return Text(Encoding.UTF8, bytes[3..]);
        if (bytes is [0xFF, 0xFE, ..])
            return Text(Encoding.Unicode, bytes[2..]);
        if (bytes is [0xFE, 0xFF, ..])
            return Text(Encoding.BigEndianUnicode, bytes[2..]);
        // A stray zero is a fault of the text, many are half of its letters.
        if (bytes.Count((byte)0) * 10 > bytes.Length && Utf16(bytes) is { } latin)
            return Text(latin, bytes);
        try
        {
            return Text(new UTF8Encoding(false, throwOnInvalidBytes: true), bytes);
        }
        catch (DecoderFallbackException)
        {
            return bytes.Contains((byte)0) && Utf16(bytes) is { } other ? Text(other, bytes) : Text(CodePage(bytes), bytes);
        }

        string Text(Encoding encoding, ReadOnlySpan<byte> coded)
        {
            if (encoding.GetCharCount(coded) > most)
                throw ExtractionLimits.TooManyCharacters(most);
            return encoding.GetString(coded);
        }
    }

    // The high bytes of Latin and of Persian text are 0 and 6: the side that has few different values is the high one.
    private static Encoding? Utf16(ReadOnlySpan<byte> bytes)
    {
        var (even, odd) = (new HashSet<byte>(), new HashSet<byte>());
        var sample = bytes[..Math.Min(bytes.Length, 4096)];
        for (var i = 0; i < sample.Length; i++)
            (i % 2 == 0 ? even : odd).Add(sample[i]);
        if (bytes.Length % 2 != 0 || even.Count == odd.Count)
            return null;
        return odd.Count < even.Count ? Encoding.Unicode : Encoding.BigEndianUnicode;
    }

    // Persian in 1256 is words of bytes above 0x80; accented Latin in 1252 is single ones among ASCII letters.
    private static Encoding CodePage(ReadOnlySpan<byte> bytes)
    {
        var (alone, together) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0xC0)
                continue;
            var hasNeighbour = (i > 0 && bytes[i - 1] >= 0xC0) || (i + 1 < bytes.Length && bytes[i + 1] >= 0xC0);
            if (hasNeighbour)
                together++;
            else
                alone++;
        }
        return Encoding.GetEncoding(together > alone ? 1256 : 1252);
    }
}
