using System.Diagnostics;

namespace DocuChat.Ingestion.Extraction;

/// <summary>Recognises the text of images, in Persian and English, by the program Tesseract where it is installed (packages <c>tesseract-ocr tesseract-ocr-fas</c>).</summary>
internal sealed class Tesseract
{
    public const string Languages = "fas+eng";

    private readonly string _program;

    private Tesseract(string program) => _program = program;

    /// <summary>Looks for the program.</summary>
    /// <param name="program">Its path, or a name that is looked for in the folders of <c>PATH</c>.</param>
    /// <returns>Null when it is not there.</returns>
    public static Tesseract? Find(string program)
    {
        var folders = Path.IsPathRooted(program) ? [""] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) is { } found ? new Tesseract(found) : null;
    }

    /// <summary>Recognises an image of any type that Tesseract reads. Its time counts as the reader's: who kills that kills this too.</summary>
    /// <returns>The text, which may be empty; null when the image cannot be read.</returns>
    public string? Read(ReadOnlySpan<byte> image)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, image);
            var start = new ProcessStartInfo(_program, [file, "stdout", "-l", Languages]) { RedirectStandardOutput = true, RedirectStandardError = true };
            // A document has one core; more threads make it slower.
            start.Environment["OMP_THREAD_LIMIT"] = "1";
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
