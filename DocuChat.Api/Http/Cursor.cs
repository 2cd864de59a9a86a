using System.Buffers.Text;

namespace DocuChat.Api.Http;

/// <summary>One page of a list, and where the next one begins.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>
/// A place in a list that is ordered by time and id, newest first. To clients it is an opaque word; a keyset and not an offset, so that a
/// page costs the same wherever it is and nothing is skipped when rows come or go.
/// </summary>
internal readonly record struct Cursor(DateTimeOffset At, Guid Id)
{
    public const int DefaultLimit = 50;
    public const int MaximumLimit = 200;

    public static bool TryParse(string? text, out Cursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text))
            return true;
        Span<byte> bytes = stackalloc byte[24];
        if (text.Length > 64 || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != 24)
            return false;
        cursor = new Cursor(new DateTimeOffset(BitConverter.ToInt64(bytes), TimeSpan.Zero), new Guid(bytes[8..]));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[24];
        BitConverter.TryWriteBytes(bytes, At.UtcTicks);
        Id.TryWriteBytes(bytes[8..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Makes a page of rows that were read one more than <paramref name="limit"/>.</summary>
    public static Page<TOut> PageOf<TRow, TOut>(IReadOnlyList<TRow> rows, int limit, Func<TRow, Cursor> place, Func<TRow, TOut> show) =>
        new([.. rows.Take(limit).Select(show)], rows.Count > limit ? place(rows[limit - 1]).ToString() : null);

    public static int Limit(int? asked) => Math.Clamp(asked ?? DefaultLimit, 1, MaximumLimit);
}
