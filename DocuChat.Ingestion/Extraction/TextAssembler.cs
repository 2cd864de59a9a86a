using System.Text;

namespace DocuChat.Ingestion.Extraction;

/// <summary>Puts blocks together to one text. White space inside a block is made even; blocks are apart by a blank line, rows and items by a line.</summary>
internal sealed class TextAssembler(ExtractionLimits limits)
{
    private readonly StringBuilder _text = new();
    private readonly List<Block> _blocks = [];
    private readonly List<Page> _pages = [];
    private readonly List<string> _notes = [];

    public int Length => _text.Length;

    /// <summary>Adds a block of running text; an empty one is dropped.</summary>
    /// <returns>Whether there was text.</returns>
    public bool Add(BlockKind kind, string text, int level = 0) => Append(kind, Even(text), level);

    /// <summary>What is added from here on stands on this page.</summary>
    /// <param name="number">From 1.</param>
    /// <param name="width">In points.</param>
    /// <param name="height">In points.</param>
    public void BeginPage(int number, double width, double height)
    {
        EndPage();
        _pages.Add(new Page(number, _text.Length, _text.Length, width, height, []));
    }

    /// <summary>Adds all of another document, its headings below the one that stands before it.</summary>
    public void Append(ExtractedDocument document, int levelsDown)
    {
        foreach (var block in document.Blocks)
            Append(block.Kind, document.Text[block.Start..block.End], block.Level == 0 ? 0 : block.Level + levelsDown);
    }

    /// <summary>Adds what is to be told beside the text.</summary>
    public void Note(string note) => _notes.Add(note);

    /// <summary>Adds a block whose white space means something.</summary>
    public void AddVerbatim(BlockKind kind, string text) => Append(kind, Storable(text).Trim('\r', '\n'), 0);

    /// <summary>
    /// Adds a table. Its first row names the columns; each further row is written with those names, so that it says what it means wherever the
    /// table is cut, and a quote of it is word for word in the text.
    /// </summary>
    public void AddTable(IEnumerable<IReadOnlyList<string>> rows)
    {
        // One row after the other: a table may be the whole of a large file.
        using var filled = rows.Select(row => row.Select(Even).ToList()).Where(row => row.Exists(cell => cell.Length > 0)).GetEnumerator();
        if (!filled.MoveNext())
            return;
        var header = filled.Current;
        Append(BlockKind.TableRow, string.Join(" | ", header.Where(cell => cell.Length > 0)), 0);
        // One column or unnamed columns: cells laid out, not a table of records.
        var isRecords = header.Count > 1 && header.TrueForAll(cell => cell.Length is > 0 and <= 100);
        while (filled.MoveNext())
            Append(BlockKind.TableRow, isRecords ? Record(header, filled.Current) : string.Join(" | ", filled.Current.Where(cell => cell.Length > 0)), 0);
    }

    /// <summary>One row with the names of its columns: <c>Name: Sara | Days: 30</c>.</summary>
    public static string Record(IReadOnlyList<string> header, IReadOnlyList<string> row)
    {
        var cells = row.Select((cell, index) => (cell, name: index < header.Count ? header[index] : "")).Where(pair => pair.cell.Length > 0);
        return string.Join(" | ", cells.Select(pair => pair.name.Length == 0 || pair.name == pair.cell ? pair.cell : $"{pair.name}: {pair.cell}"));
    }

    public ExtractedDocument ToDocument()
    {
        EndPage();
        return new(_text.ToString(), _blocks, _pages) { Notes = _notes };
    }

    // A page begins where its first block does, behind the blank line that parts it from the page before.
    private void EndPage()
    {
        if (_pages.Count == 0)
            return;
        var page = _pages[^1];
        var first = _blocks.FindIndex(block => block.Start >= page.Start);
        _pages[^1] = page with { Start = first < 0 ? _text.Length : _blocks[first].Start, End = _text.Length };
    }

    private bool Append(BlockKind kind, string text, int level)
    {
        if (text.Length == 0)
            return false;
        if (_blocks.Count > 0)
            _text.Append(kind is BlockKind.TableRow or BlockKind.ListItem && _blocks[^1].Kind == kind ? "\n" : "\n\n");
        var start = _text.Length;
        _text.Append(text);
        limits.CheckCharacters(_text.Length);
        _blocks.Add(new Block(kind, start, _text.Length, level));
        return true;
    }

    /// <summary>One space for every run of white space; what PostgreSQL cannot store is dropped.</summary>
    public static string Even(string text)
    {
        var even = new StringBuilder(text.Length);
        foreach (var character in Storable(text))
        {
            if (!char.IsWhiteSpace(character))
                even.Append(character);
            else if (even.Length > 0 && even[^1] != ' ')
                even.Append(' ');
        }
        if (even.Length > 0 && even[^1] == ' ')
            even.Length--;
        return even.ToString();
    }

    /// <summary>Without NUL, which no text column takes, and without halves of surrogate pairs, which no encoding has.</summary>
    public static string Storable(string text)
    {
        var clean = true;
        for (var i = 0; i < text.Length && clean; i++)
            clean = text[i] != '\0' && !char.IsSurrogate(text[i]);
        if (clean)
            return text;

        var storable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value != 0)
                storable.Append(rune.ToString());
        }
        return storable.ToString();
    }
}
