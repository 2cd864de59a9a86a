using System.Globalization;

namespace DocuChat.Ingestion.Extraction.Pdf;

/// <summary>
/// Turns a line's letters from the order they are seen in to the order they are read in: the inverse of what the Unicode bidirectional algorithm
/// (UAX 9) did when the line was set, for one level of embedding, which is what documents have.
/// </summary>
internal static class Bidi
{
    private enum Class
    {
        Right,
        Left,
        Number,

        /// <summary>Binds two numbers: the point in 3.14.</summary>
        Separator,

        /// <summary>Belongs to the number it stands at: the sign of 5 %.</summary>
        Terminator,
        Neutral,
    }

    /// <summary>Whether a text has letters that are written from right to left.</summary>
    public static bool HasRightToLeft(string text) => text.Any(IsRightToLeft);

    public static bool IsRightToLeft(char character) =>
        character is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFF')
        && char.IsLetter(character);

    /// <summary>
    /// For each place of the line in reading order: the index of the item as seen from left to right, and whether it stands in a left-to-right run.
    /// </summary>
    /// <param name="seen">The items (a letter with its marks) as seen from left to right.</param>
    /// <param name="rightToLeft">The direction of the paragraph.</param>
    public static List<(int Index, bool IsLeftToRight)> ReadingOrder(IReadOnlyList<string> seen, bool rightToLeft)
    {
        var classes = seen.Select(ClassOf).ToArray();
        var runs = rightToLeft ? RunsOf(classes) : InverseRunsOf(classes);
        var order = new List<(int, bool)>(seen.Count);
        foreach (var (start, end, isLeft) in rightToLeft ? Enumerable.Reverse(runs) : runs)
        {
            for (var i = 0; i < end - start; i++)
                order.Add((isLeft ? start + i : end - 1 - i, isLeft));
        }
        return order;
    }

    /// <summary>The bracket that is meant where this one is seen in a right-to-left run.</summary>
    public static string Mirror(string value) =>
        value switch
        {
            "(" => ")",
            ")" => "(",
            "[" => "]",
            "]" => "[",
            "{" => "}",
            "}" => "{",
            "<" => ">",
            ">" => "<",
            "«" => "»",
            "»" => "«",
            "‹" => "›",
            "›" => "‹",
            "≤" => "≥",
            "≥" => "≤",
            _ => value,
        };

    // In a right-to-left paragraph: everything is turned round but words of Latin letters and numbers.
    private static List<(int Start, int End, bool IsLeft)> RunsOf(Class[] classes)
    {
        var runs = new List<(int, int, bool)>();
        var at = 0;
        while (at < classes.Length)
        {
            var end = LeftRunEnd(classes, at);
            var isLeft = end > at;
            if (!isLeft)
            {
                end = at + 1;
                while (end < classes.Length && LeftRunEnd(classes, end) == end)
                    end++;
            }
            runs.Add((at, end, isLeft));
            at = end;
        }
        return runs;
    }

    // In a left-to-right paragraph: only right-to-left words, with what stands between them, are turned round; numbers in them keep their order.
    private static List<(int Start, int End, bool IsLeft)> InverseRunsOf(Class[] classes)
    {
        var runs = new List<(int, int, bool)>();
        var at = 0;
        while (at < classes.Length)
        {
            if (classes[at] != Class.Right)
            {
                var end = at + 1;
                while (end < classes.Length && classes[end] != Class.Right)
                    end++;
                runs.Add((at, end, true));
                at = end;
                continue;
            }
            var last = at;
            for (var i = at; i < classes.Length && classes[i] is not Class.Left; i++)
            {
                if (classes[i] == Class.Right)
                    last = i;
            }
            var inner = RunsOf(classes[at..(last + 1)]);
            inner.Reverse();
            runs.AddRange(inner.Select(run => (run.Start + at, run.End + at, run.IsLeft)));
            at = last + 1;
        }
        return runs;
    }

    /// <summary>Where the left-to-right run that begins here ends; here, when none begins.</summary>
    private static int LeftRunEnd(Class[] classes, int start)
    {
        var at = start;
        while (at < classes.Length && classes[at] == Class.Terminator)
            at++;
        if (at >= classes.Length || classes[at] is not (Class.Left or Class.Number))
            return start;
        // What stands before a number belongs to it, before a letter it does not.
        if (at > start && classes[at] == Class.Left)
            return start;

        var end = at;
        var hasLeft = false;
        while (end < classes.Length)
        {
            if (classes[end] is Class.Left or Class.Number)
            {
                hasLeft |= classes[end] == Class.Left;
                end++;
                continue;
            }
            var next = end;
            while (next < classes.Length && classes[next] is Class.Neutral or Class.Separator or Class.Terminator)
                next++;
            var isSeparator = next == end + 1 && classes[end] == Class.Separator && classes[end - 1] == Class.Number;
            if (next < classes.Length && (hasLeft ? classes[next] is Class.Left or Class.Number : isSeparator && classes[next] == Class.Number))
            {
                end = next;
                continue;
            }
            while (end < classes.Length && classes[end] == Class.Terminator && classes[end - 1] is Class.Number or Class.Terminator && !hasLeft)
                end++;
            break;
        }
        return end;
    }

    private static Class ClassOf(string item)
    {
        var character = item[0];
        if (IsRightToLeft(character))
            return Class.Right;
        if (char.IsDigit(character))
            return Class.Number;
        if (char.IsLetter(character) || char.IsSurrogate(character))
            return Class.Left;
        return character switch
        {
            '.' or ',' or ':' or '/' or '٬' or '٫' or '+' or '-' or '،' or '\u00A0' => Class.Separator,
            '%' or '٪' or '$' or '€' or '£' or '#' or '°' or '‰' => Class.Terminator,
            _ => CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.CurrencySymbol ? Class.Terminator : Class.Neutral,
        };
    }
}
