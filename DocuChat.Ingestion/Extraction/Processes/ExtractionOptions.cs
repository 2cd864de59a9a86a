using System.ComponentModel.DataAnnotations;

namespace DocuChat.Ingestion.Extraction.Processes;

/// <summary>What one file may take of the machine, under <c>Ingestion:Extraction</c>.</summary>
internal sealed class ExtractionOptions
{
    public const string Section = "Ingestion:Extraction";

    /// <summary>Processes that read files: reading takes the processor all the while, so more than cores only take memory.</summary>
    [Range(1, 64)]
    public int Processes { get; set; } = 2;

    /// <summary>Memory of a process that reads files, in MiB.</summary>
    [Range(128, 16 * 1024)]
    public int MemoryMegabytes { get; set; } = 512;

    /// <summary>Time for one file, in seconds.</summary>
    [Range(0.1, 3600)]
    public double Seconds { get; set; } = 60;

    /// <summary>Pages, slides or sheets of a document.</summary>
    [Range(1, 1_000_000)]
    public int Pages { get; set; } = new ExtractionLimits().Pages;

    /// <summary>Text of a document, in UTF-16 code units.</summary>
    [Range(1, 200_000_000)]
    public int Characters { get; set; } = new ExtractionLimits().Characters;

    /// <summary>Elements inside each other.</summary>
    [Range(16, 10_000)]
    public int Nesting { get; set; } = new ExtractionLimits().Nesting;

    /// <summary>All that is packed in a file (DOCX, XLSX, PPTX, EPUB, ZIP), in MiB.</summary>
    [Range(1, 16 * 1024)]
    public int UnpackedMegabytes { get; set; } = (int)(new ExtractionLimits().UnpackedBytes / 1024 / 1024);

    /// <summary>Files that are read of a ZIP archive or a mail's attachments.</summary>
    [Range(1, 100_000)]
    public int Members { get; set; } = new ExtractionLimits().Members;

    /// <summary>The program that recognises text in images: a path, or a name in <c>PATH</c>. Where it is not installed, images have no text.</summary>
    [Required]
    public string Tesseract { get; set; } = "tesseract";

    public long MemoryBytes => MemoryMegabytes * 1024L * 1024;

    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    public ExtractionLimits Limits =>
        new()
        {
            Pages = Pages,
            Characters = Characters,
            Nesting = Nesting,
            UnpackedBytes = UnpackedMegabytes * 1024L * 1024,
            Members = Members,
            RecognitionBytes = MemoryBytes,
        };
}
