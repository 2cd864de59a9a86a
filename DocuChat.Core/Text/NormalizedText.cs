namespace DocuChat.Core.Text;

/// <summary>A text in the form in which it is compared and indexed, with the way back to the text that it was made from.</summary>
public sealed class NormalizedText
{
    private readonly int[] _starts;
    private readonly int[] _ends;

    internal NormalizedText(string value, int[] starts, int[] ends)
    {
        Value = value;
        _starts = starts;
        _ends = ends;
    }

    /// <summary>The normalised text.</summary>
    public string Value { get; }

    /// <summary>
    /// The range of the original text that a range of <see cref="Value"/> was made from. Both are half-open and count UTF-16 code units.
    /// Marks that normalising dropped belong to the letter before them; a letter that became several ones is never cut.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in <see cref="Value"/>.</exception>
    public (int Start, int End) ToOriginal(int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Value.Length);
        if (start < end)
            return (_starts[start], _ends[end - 1]);
        var point = start < _starts.Length ? _starts[start] : _ends.Length > 0 ? _ends[^1] : 0;
        return (point, point);
    }
}
