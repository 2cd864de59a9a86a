using System.Text;

namespace DocuChat.Ingestion.Extraction;

/// <summary>Values apart by commas, semicolons or tabs (RFC 4180's quotes): one line a row, written with the names of its columns.</summary>
internal static class CsvExtractor
{
    public static ExtractedDocument Extract(string text, ExtractionLimits limits)
    {
        var assembler = new TextAssembler(limits);
        assembler.AddTable(Rows(text, Delimiter(text)));
        return assembler.ToDocument();
    }

    private static char Delimiter(string text)
    {
        var line = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length);
        var best = ',';
        foreach (var candidate in (ReadOnlySpan<char>)[';', '\t', '،', '|'])
        {
            if (line.Count(candidate) > line.Count(best))
                best = candidate;
        }
        return best;
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(string text, char delimiter)
    {
        var row = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (quoted)
            {
                if (character != '"')
                    cell.Append(character);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (character == '"' && cell.Length == 0)
                quoted = true;
            else if (character == delimiter)
                EndCell();
            else if (character is '\n')
            {
                EndCell();
                yield return row;
                row = [];
            }
            else if (character != '\r')
                cell.Append(character);
        }
        if (cell.Length > 0 || row.Count > 0)
        {
            EndCell();
            yield return row;
        }

        void EndCell()
        {
            row.Add(cell.ToString());
            cell.Clear();
        }
    }
}
