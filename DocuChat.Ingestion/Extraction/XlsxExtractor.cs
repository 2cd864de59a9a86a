using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace DocuChat.Ingestion.Extraction;

/// <summary>
/// Excel workbooks: a heading a sheet, then its rows with the names of their columns. Values are what was last computed; hidden sheets are left out. Sheets are
/// read as a stream, because a sheet of some megabytes unpacks to hundreds.
/// </summary>
internal static class XlsxExtractor
{
    /// <summary>Days between Excel's two calendars, which begin in 1900 and 1904.</summary>
    private const int Days1904 = 1462;

    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits) =>
        OfficeFile.Read(
            content,
            limits,
            () =>
            {
                using var package = SpreadsheetDocument.Open(content, false, OfficeFile.Settings);
                var book = package.WorkbookPart ?? throw new ExtractionException("The file is no Excel workbook: its main part is missing.");
                var assembler = new TextAssembler(limits);
                var cells = new Cells(book);
                var sheets = (book.Workbook?.Sheets?.Elements<Sheet>() ?? []).Where(sheet => sheet.State is null || sheet.State.Value == SheetStateValues.Visible).ToList();
                limits.CheckPages(sheets.Count);
                foreach (var sheet in sheets)
                {
                    if (sheet.Id?.Value is { } id && book.TryGetPartById(id, out var part) && part is WorksheetPart worksheet)
                        AddSheet(assembler, sheet.Name?.Value ?? "", Rows(worksheet, cells));
                }
                return assembler.ToDocument();
            }
        );

    private static void AddSheet(TextAssembler assembler, string name, IEnumerable<List<string>> rows)
    {
        var table = new List<IReadOnlyList<string>>();
        foreach (var row in rows.Where(row => row.Exists(cell => cell.Length > 0)))
        {
            if (table.Count == 0 && assembler.Add(BlockKind.Heading, name, level: 1))
                name = "";
            // What stands alone above a table is its title, not its header.
            if (table.Count == 0 && row.Count(cell => cell.Length > 0) == 1)
                assembler.Add(BlockKind.Paragraph, string.Concat(row));
            else
                table.Add(row);
        }
        assembler.AddTable(table);
    }

    private static IEnumerable<List<string>> Rows(WorksheetPart worksheet, Cells cells)
    {
        using var reader = OpenXmlReader.Create(worksheet);
        while (reader.Read())
        {
            if (reader.ElementType != typeof(Row) || !reader.IsStartElement || reader.LoadCurrentElement() is not Row row)
                continue;
            var values = new List<string>();
            foreach (var cell in row.Elements<Cell>())
            {
                var value = cells.Text(cell);
                if (value.Length == 0)
                    continue;
                // Empty cells are not written: the reference says which column it is.
                while (values.Count < ColumnOf(cell, values.Count))
                    values.Add("");
                values.Add(value);
            }
            yield return values;
        }
    }

    private static int ColumnOf(Cell cell, int next)
    {
        var column = 0;
        foreach (var letter in (cell.CellReference?.Value ?? "").TakeWhile(char.IsAsciiLetter).Take(3))
            column = column * 26 + (char.ToUpperInvariant(letter) - 'A' + 1);
        return column == 0 ? next : column - 1;
    }

    /// <summary>Turns cells into what a reader of the sheet sees.</summary>
    private sealed class Cells(WorkbookPart book)
    {
        private static readonly System.Buffers.SearchValues<char> _dateLetters = System.Buffers.SearchValues.Create("yYdDhH");

        private readonly List<string> _shared = SharedStrings(book);
        private readonly List<Format> _formats = Formats(book);
        private readonly bool _begins1904 = book.Workbook?.WorkbookProperties?.Date1904?.Value == true;

        private enum Format
        {
            General,
            Percent,
            Date,
        }

        public string Text(Cell cell)
        {
            var value = cell.CellValue?.Text ?? "";
            var type = cell.DataType?.Value;
            if (type == CellValues.SharedString)
                return int.TryParse(value, out var index) && index >= 0 && index < _shared.Count ? _shared[index] : "";
            if (type == CellValues.InlineString)
                return Plain(cell.InlineString);
            if (type == CellValues.Boolean)
                return value == "1" ? "TRUE" : "FALSE";
            if (type == CellValues.Error)
                return "";
            return type is null || type == CellValues.Number ? Number(value, FormatOf(cell)) : TextAssembler.Even(value);
        }

        private Format FormatOf(Cell cell) => cell.StyleIndex?.Value is { } style && style < _formats.Count ? _formats[(int)style] : Format.General;

        private string Number(string value, Format format)
        {
            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                return value;
            if (format == Format.Date && number + (_begins1904 ? Days1904 : 0) is >= 0 and < 2_958_466 and var days)
            {
                var moment = DateTime.FromOADate(days);
                return moment.ToString(moment.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : days < 1 ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            }
            // Fifteen digits, as Excel shows: the sixteenth is an error of the representation.
            return format == Format.Percent ? (number * 100).ToString("G12", CultureInfo.InvariantCulture) + "%" : number.ToString("G15", CultureInfo.InvariantCulture);
        }

        private static List<string> SharedStrings(WorkbookPart book)
        {
            var strings = new List<string>();
            if (book.SharedStringTablePart is not { } part)
                return strings;
            using var reader = OpenXmlReader.Create(part);
            while (reader.Read())
            {
                if (reader.ElementType == typeof(SharedStringItem) && reader.IsStartElement && reader.LoadCurrentElement() is SharedStringItem item)
                    strings.Add(Plain(item));
            }
            return strings;
        }

        private static string Plain(OpenXmlElement? text)
        {
            var plain = new StringBuilder();
            // Not the pronunciation that East Asian text carries beside it.
            foreach (var part in text?.Descendants<Text>().Where(part => part.Parent is not PhoneticRun) ?? [])
                plain.Append(part.Text);
            return TextAssembler.Even(plain.ToString());
        }

        private static List<Format> Formats(WorkbookPart book)
        {
            var styles = book.WorkbookStylesPart?.Stylesheet;
            var codes = (styles?.NumberingFormats?.Elements<NumberingFormat>() ?? [])
                .Where(format => format.NumberFormatId?.Value is not null)
                .GroupBy(format => format.NumberFormatId!.Value)
                .ToDictionary(group => group.Key, group => group.First().FormatCode?.Value ?? "");
            return (styles?.CellFormats?.Elements<CellFormat>() ?? []).Select(format => FormatOf(format.NumberFormatId?.Value ?? 0, codes)).ToList();
        }

        // ECMA-376 part 1, 18.8.30: the numbers of the formats that every reader knows.
        private static Format FormatOf(uint id, Dictionary<uint, string> codes)
        {
            if (id is 9 or 10)
                return Format.Percent;
            if (id is >= 14 and <= 22 or >= 27 and <= 36 or >= 45 and <= 47 or >= 50 and <= 58)
                return Format.Date;
            if (!codes.TryGetValue(id, out var code))
                return Format.General;
            var letters = WithoutLiterals(code);
            if (letters.Contains('%', StringComparison.Ordinal))
                return Format.Percent;
            return letters.AsSpan().IndexOfAny(_dateLetters) >= 0 ? Format.Date : Format.General;
        }

        private static string WithoutLiterals(string code)
        {
            var letters = new StringBuilder();
            var (quoted, bracketed) = (false, false);
            for (var i = 0; i < code.Length; i++)
            {
                if (code[i] == '"')
                    quoted = !quoted;
                else if (code[i] is '[' or ']')
                    bracketed = code[i] == '[';
                else if (code[i] is '\\' or '_' or '*')
                    i++;
                else if (!quoted && !bracketed)
                    letters.Append(code[i]);
            }
            return letters.ToString();
        }
    }
}
