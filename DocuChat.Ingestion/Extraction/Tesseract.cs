using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DocuChat.Ingestion.Extraction;

/// <summary>
/// Recognises the text of images, in Persian and English, by the program Tesseract where it is installed (packages <c>tesseract-ocr tesseract-ocr-fas
/// tesseract-ocr-eng</c>).
/// </summary>
internal sealed class Tesseract
{
    public const string Languages = "fas+eng";

    /// <summary>Modes of page segmentation: it finds columns and blocks itself, or takes the image for one block of lines.</summary>
    private const string Automatic = "3",
        OneBlock = "6";

    /// <summary>Mean confidence in per cent, of 100. Printed pages have 85 and more.</summary>
    private const double Trusted = 75;

    private static readonly ConcurrentDictionary<string, string> _found = new();

    private readonly string _program;
    private readonly long _memoryBytes;

    private Tesseract(string program, long memoryBytes) => (_program, _memoryBytes) = (program, memoryBytes);

    /// <summary>Looks for the program.</summary>
    /// <param name="program">Its path, or a name that is looked for in the folders of <c>PATH</c>.</param>
    /// <param name="memoryBytes">Memory that it may take: a picture of some kilobytes can unpack to gigabytes.</param>
    /// <returns>Null when it is not there, or does not know the languages: text of another one would be wrong and look right.</returns>
    public static Tesseract? Find(string program, long memoryBytes)
    {
        if (_found.TryGetValue(program, out var known))
            return new Tesseract(known, memoryBytes);
        var folders = Path.IsPathRooted(program) ? [""] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var path = folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        if (path is null)
            return null;
        var installed = Run(new ProcessStartInfo(path, ["--list-langs"]), [])?.Split('\n', StringSplitOptions.TrimEntries) ?? [];
        return Array.TrueForAll(Languages.Split('+'), installed.Contains) ? new Tesseract(_found.GetOrAdd(program, path), memoryBytes) : null;
    }

    /// <summary>Recognises an image of any type that Tesseract reads. Its time counts as the reader's: who kills that kills this too.</summary>
    /// <returns>Its pages, which may be empty; null when the image cannot be read.</returns>
    public IReadOnlyList<RecognisedPage>? Read(ReadOnlySpan<byte> image)
    {
        if (Recognise(image, Automatic) is not { } text)
            return null;
        // Lines of Persian that stand far apart are taken for columns of upright text. What it does not trust itself is read again, and the more trusted one is taken.
        var isDoubtful = text is { Confidence: < Trusted, Pages: [{ Paragraphs.Count: > 0 }] };
        return isDoubtful && Recognise(image, OneBlock) is { } other && other.Confidence > text.Confidence ? other.Pages : text.Pages;
    }

    private Recognised? Recognise(ReadOnlySpan<byte> image, string segmentation)
    {
        string[] arguments = ["stdin", "stdout", "-l", Languages, "--psm", segmentation, "tsv"];
        // The shell's limit is the only one that is there in time: the program takes all at once.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(_program, arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", $"ulimit -v {(_memoryBytes / 1024).ToString(CultureInfo.InvariantCulture)} 2>/dev/null; exec \"$0\" \"$@\"", _program, .. arguments]);
        // A document has one core; more threads make it slower.
        start.Environment["OMP_THREAD_LIMIT"] = "1";
        return Run(start, image) is { } table ? Recognised.Of(table) : null;
    }

    /// <returns>What it prints, or null when it ends with an error.</returns>
    private static string? Run(ProcessStartInfo start, ReadOnlySpan<byte> input)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            // It reads all before it prints.
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all; its exit code says whether that was a failure.
        }
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : null;
    }

    /// <summary>What an image says, and the mean confidence of its letters.</summary>
    private sealed record Recognised(IReadOnlyList<RecognisedPage> Pages, double Confidence)
    {
        private const int PageLevel = 1;

        public static Recognised Of(string table)
        {
            var rows = table.Split('\n').Skip(1).Select(line => line.Split('\t')).Where(cells => cells.Length == 12).Select(Row.Of).ToList();
            var words = rows.Where(row => row.Word.Length > 0).ToLookup(row => row.Page);
            var pages = rows.Where(row => row.Level == PageLevel).Select(page => new RecognisedPage([.. words[page.Page].GroupBy(word => word.Paragraph).Select(paragraph => Read(paragraph, page))]));
            var letters = words.SelectMany(page => page).Sum(word => word.Word.Length);
            var trust = words.SelectMany(page => page).Sum(word => word.Word.Length * word.Confidence);
            return new Recognised([.. pages], letters == 0 ? 0 : trust / letters);
        }

        private static RecognisedParagraph Read(IEnumerable<Row> paragraph, Row page)
        {
            var (text, words, line) = (new StringBuilder(), new List<RecognisedWord>(), "");
            foreach (var row in paragraph)
            {
                if (words.Count > 0)
                    text.Append(row.Line == line ? ' ' : '\n');
                line = row.Line;
                words.Add(new RecognisedWord(text.Length, text.Length + row.Word.Length, row.Left / page.Width, row.Top / page.Height, row.Width / page.Width, row.Height / page.Height));
                text.Append(row.Word);
            }
            return new RecognisedParagraph(text.ToString(), words);
        }
    }

    /// <summary>A row of Tesseract's table: level, page, block, paragraph, line, word, four of the box in pixels, confidence, text. Only words have a text.</summary>
    private sealed record Row(int Level, int Page, (string Block, string Number) Paragraph, string Line, double Left, double Top, double Width, double Height, double Confidence, string Word)
    {
        private const int WordLevel = 5;

        public static Row Of(string[] cells)
        {
            var level = (int)Number(cells[0]);
            var word = level == WordLevel ? TextAssembler.Even(WithoutMarks(cells[11])) : "";
            return new Row(level, (int)Number(cells[1]), (cells[2], cells[3]), cells[4], Number(cells[6]), Number(cells[7]), Number(cells[8]), Number(cells[9]), Number(cells[10]), word);
        }

        private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

        // It puts marks of direction round what it takes for a change of direction; they are not on the page.
        private static string WithoutMarks(string word) => string.Concat(word.Where(character => character is not ('\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E'))));
    }
}
